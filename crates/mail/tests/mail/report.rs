//! Reports, as staff read them.

use jiff::civil::date;
use paperround_mail::render::{self, Line, Listed};

use crate::brand::{assert_sound, brand, read};

#[test]
fn a_report_names_posts_figures_and_what_to_do() {
    let report = render::Report {
        subject: "Sent: Sleep & <rest>, and 1 more".into(),
        heading: "312 readers were sent this round-up".into(),
        lines: vec![
            Line::Posts {
                posts: vec![
                    Listed::new(
                        "Sleep\n& <rest>",
                        Some("https://www.linden.example/1"),
                        Some(date(2026, 11, 3)),
                    ),
                    Listed::new("Soup", None, None),
                ],
                more: 3,
            },
            Line::Words("It left on 26 November 2026, 09:00 CET.".into()),
            Line::Figures {
                figures: vec![(2, "refused by the mail provider".into())],
            },
            Line::Command {
                does: "To try it with one mail:".into(),
                command: "paperround mail test YOUR-ADDRESS".into(),
            },
        ],
    };

    let content = render::report(&brand(), &report).unwrap();

    assert_sound(&content);
    assert!(content.html.contains("Sleep &amp; &lt;rest&gt;</a>") && content.html.contains("<code "));
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Sent: Sleep & <rest>, and 1 more

    312 readers were sent this round-up

    - Sleep & <rest>, 3 November 2026
      https://www.linden.example/1
    - Soup
    - and 3 more

    It left on 26 November 2026, 09:00 CET.

    - 2 refused by the mail provider

    To try it with one mail:
        paperround mail test YOUR-ADDRESS


    --
    You get this because you are among those whom the list The Linden Journal reports to.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn a_report_that_was_kept_before_reports_had_headings_is_still_read() {
    let kept = r#"{"subject":"new posts wait for you","lines":["The feed: 6 new posts."]}"#;

    let content = render::report(&brand(), &serde_json::from_str(kept).unwrap()).unwrap();

    assert!(
        content
            .text
            .starts_with("new posts wait for you\n\nThe feed: 6 new posts.\n"),
        "{}",
        content.text
    );
}
