//! What a person may do.

crate::words! {
    /// What the holder of a token may do.
    pub enum Role {
        /// Reads, announces and acts on mailings; sees counts, never addresses.
        Staff = "staff",
        /// Everything, addresses included.
        Admin = "admin",
    }
}

impl Role {
    /// Whether this role may do what `needed` is asked for.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        self >= needed
    }
}
