//! How a mailing went, in words.

use domain::mailing::ExclusionReason;
use store::mailings::Counters;

/// How a mailing went, in one line: "312 sent, 2 refused, 5 left out (3 chose less often, 2 must not be mailed)".
#[must_use]
pub fn summary(counters: &Counters, left_out: &[(ExclusionReason, i64)]) -> String {
    let mut parts = vec![format!("{} sent", counters.accepted)];
    let more = [
        (counters.deferred, "trying again"),
        (counters.uncertain, "unclear"),
        (counters.refused, "refused"),
        (counters.expired, "given up"),
        (counters.withheld, "left meanwhile"),
        (counters.cancelled, "called off"),
        (counters.caught, "caught"),
    ];
    parts.extend(
        more.iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    if counters.excluded > 0 {
        let why: Vec<String> = left_out
            .iter()
            .map(|(reason, count)| format!("{count} {}", words(*reason)))
            .collect();
        parts.push(format!("{} left out ({})", counters.excluded, why.join(", ")));
    }
    parts.join(", ")
}

/// Why readers were left out, after their number.
const fn words(reason: ExclusionReason) -> &'static str {
    match reason {
        ExclusionReason::Suppressed => "must not be mailed",
        ExclusionReason::Erased => "erased",
        ExclusionReason::Paused => "have paused",
        ExclusionReason::Slower => "chose less often",
        ExclusionReason::NothingNew => "had nothing new in it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailing_is_told_in_one_line() {
        let counters = Counters {
            accepted: 312,
            refused: 2,
            excluded: 5,
            ..Counters::default()
        };
        let left_out = [(ExclusionReason::Slower, 3), (ExclusionReason::Suppressed, 2)];

        assert_eq!(
            summary(&counters, &left_out),
            "312 sent, 2 refused, 5 left out (3 chose less often, 2 must not be mailed)"
        );
        assert_eq!(summary(&Counters::default(), &[]), "0 sent");
    }
}
