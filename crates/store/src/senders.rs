//! Who a list's mail comes from. A row never changes, because mails that went out name it: another name or address is
//! another sender.

use domain::{EmailAddress, Label, SenderId};
use uuid::Uuid;

use crate::{Result, Tx, dialect::on};

/// What readers see as the author of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name in front of the address.
    pub name: Label,
    /// The address in `From`.
    pub address: EmailAddress,
    /// Where answers go, if not there.
    pub reply_to: Option<EmailAddress>,
}

/// The id of this sender, which is added when it is new.
///
/// # Errors
/// The database's.
pub async fn find_or_insert(tx: &mut Tx, sender: &Sender) -> Result<SenderId> {
    let reply_to = sender.reply_to.as_ref().map(EmailAddress::as_str);
    let known: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
        "select id from sender
         where from_name = $1 and from_address = $2 and coalesce(reply_to, '') = coalesce($3, '')",
    )
    .bind(sender.name.as_str())
    .bind(sender.address.as_str())
    .bind(reply_to)
    .fetch_optional(c)
    .await)?;
    if let Some(id) = known {
        return Ok(id.into());
    }
    let (id, now) = (tx.id::<SenderId>(), tx.now());
    on!(tx, c => sqlx::query(
        "insert into sender (id, from_name, from_address, reply_to, created_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(id.get())
    .bind(sender.name.as_str())
    .bind(sender.address.as_str())
    .bind(reply_to)
    .bind(now.get())
    .execute(c)
    .await
    .map(drop))?;
    Ok(id)
}
