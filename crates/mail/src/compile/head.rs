//! What the header says that is the same for every recipient.

use domain::{EmailAddress, ListId, MailingId, mailing};

use super::header;

/// Who a mail is from, and what kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The name beside the sender's address.
    pub from_name: String,
    /// The sender's address; it is the envelope's sender too.
    pub from: EmailAddress,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<EmailAddress>,
    /// What kind of mail it is.
    pub kind: Kind,
}

/// What kind of mail, which decides about the fields that only machines read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One that answers what somebody did, such as a confirmation: `Auto-Submitted: auto-generated` (RFC 3834, section
    /// 5), so that no machine answers it.
    Automatic,
    /// One that goes to a list: `List-Id` (RFC 2919), `List-Unsubscribe` by https and `List-Unsubscribe-Post`
    /// (RFC 8058), `Feedback-ID` for the provider's statistics, and `Precedence: bulk`, which is what keeps older
    /// systems from sending their "out of office" to the blog's staff.
    Newsletter {
        /// What staff call it to the outside: the list's public name.
        list_name: String,
        /// The list, as an opaque id.
        list: ListId,
        /// The mailing, as an opaque id.
        mailing: MailingId,
        /// What the mailing brings.
        brings: mailing::Kind,
        /// The host of the public address, beneath which list ids are unique.
        host: String,
    },
}

impl Head {
    /// The fields between From and the blank line, other than those with holes.
    pub(super) fn write(&self, subject: &str, out: &mut String) {
        header::phrase(out, "From", &self.from_name, self.from.as_str());
        if let Some(reply_to) = &self.reply_to {
            header::phrase(out, "Reply-To", "", reply_to.as_str());
        }
        header::unstructured(out, "Subject", subject);
        match &self.kind {
            Kind::Automatic => out.push_str("Auto-Submitted: auto-generated\r\n"),
            Kind::Newsletter {
                list_name,
                list,
                mailing,
                brings,
                host,
            } => {
                let (list, mailing) = (list.get().simple(), mailing.get().simple());
                let mut id = format!("{list}.");
                header::visible(&mut id, host);
                header::phrase(out, "List-Id", list_name, &id);
                out.push_str(&format!("Feedback-ID: {mailing}:{list}:{brings}:paperround\r\n"));
                out.push_str("Precedence: bulk\r\n");
            }
        }
    }
}
