/// What went wrong in a store, by what the caller can do about it. "Not found" is an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The change collides with what is there: tell the user.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The database is busy, full or away: try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// What was read makes no sense: somebody changed the database by hand, or a bug.
    #[error("the database holds something unreadable in {table}.{column} of row {id}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        id: String,
    },
    /// A bug, or a database of another version.
    #[error("the database refused a statement: {0}")]
    Internal(String),
}

/// What collides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another user has this login.
    #[error("another user has this login")]
    LoginTaken,
    /// Another source has this name.
    #[error("another source has this name")]
    SourceNameTaken,
    /// Another source has this token.
    #[error("this token is in use already")]
    SourceTokenTaken,
    /// The change would leave no active administrator.
    #[error("the last active administrator cannot go")]
    LastAdmin,
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed it meanwhile: load it again")]
    Stale,
}
