//! Addresses that must not be mailed.

crate::words! {
    /// Why an address must not be mailed.
    pub enum Reason {
        /// A mail provider answered that the address does not exist (enhanced status 5.1.x, RFC 3463).
        Bounce = "bounce",
        /// Its owner reported our mail as unwanted.
        Complaint = "complaint",
        /// An admin blocked it.
        Admin = "admin",
    }
}

impl Reason {
    /// Whether the owner may lift it by signing up again and confirming: an address can come back to life, but a
    /// complaint or an admin's block is lifted by an admin only.
    #[must_use]
    pub const fn reader_may_lift(self) -> bool {
        matches!(self, Self::Bounce)
    }
}
