use async_trait::async_trait;
use offhook_core::access::{Permission, Role};
use offhook_core::{SessionId, TokenId, UnixMillis, UserId};

use crate::{StoreError, TokenHash};

/// Someone who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What it signs in with, unique in any case.
    pub login: String,
    /// The full name; may be empty.
    pub name: String,
    /// The e-mail address; may be empty.
    pub email: String,
    /// Its own numbers and extensions, as typed.
    pub phones: Vec<String>,
    /// What it may do.
    pub role: Role,
    /// What it may do beyond that.
    pub permissions: Vec<Permission>,
    /// Whether it may sign in.
    pub active: bool,
    /// The password's hash in PHC form; none when it has no password yet.
    pub password_hash: Option<String>,
    /// Its own settings (phone on or off, sound, language) as JSON text.
    pub preferences: String,
    /// Rises with every change; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: UnixMillis,
}

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What it signs in with.
    pub login: String,
    /// The full name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Its own numbers, as typed.
    pub phones: Vec<String>,
    /// What it may do.
    pub role: Role,
    /// What it may do beyond that.
    pub permissions: Vec<Permission>,
    /// Whether it may sign in.
    pub active: bool,
    /// The password's hash in PHC form.
    pub password_hash: Option<String>,
}

/// What to change of a user; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChange {
    /// What it signs in with.
    pub login: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Its own numbers, as typed.
    pub phones: Option<Vec<String>>,
    /// What it may do.
    pub role: Option<Role>,
    /// What it may do beyond that.
    pub permissions: Option<Vec<Permission>>,
    /// Whether it may sign in.
    pub active: Option<bool>,
    /// The password's hash in PHC form; ends every session of the user but `keep_session`.
    pub password_hash: Option<String>,
    /// Its own settings as JSON text.
    pub preferences: Option<String>,
    /// The session that a change of password leaves alone.
    pub keep_session: Option<SessionId>,
}

/// A browser's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it ends unless it is used.
    pub expires_at: UnixMillis,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is for, in its owner's words.
    pub label: String,
    /// When it was made.
    pub created_at: UnixMillis,
}

/// Users, their sessions and tokens. A change of users raises the config revision; so do the
/// changes of sessions and tokens that take something away.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Every user, in order of id.
    async fn users(&self) -> Result<Vec<User>, StoreError>;

    /// Makes a user. Conflict: the login is taken.
    async fn add_user(&self, user: &NewUser, at: UnixMillis) -> Result<User, StoreError>;

    /// Makes the first user; `None` when there is one already, active or not. Of two at once
    /// exactly one is made.
    async fn add_first_user(
        &self,
        user: &NewUser,
        at: UnixMillis,
    ) -> Result<Option<User>, StoreError>;

    /// Changes a user; with `expected` revision, only that one. `None` when it is gone. A user no
    /// longer active loses its sessions. Conflicts: another revision, the login is taken, the last
    /// active administrator would go.
    async fn update_user(
        &self,
        id: UserId,
        expected: Option<i64>,
        change: &UserChange,
    ) -> Result<Option<User>, StoreError>;

    /// Deletes a user with its sessions and tokens; with `expected` revision, only that one. False
    /// when it is gone already. Conflicts: another revision, it is the last active administrator.
    async fn delete_user(&self, id: UserId, expected: Option<i64>) -> Result<bool, StoreError>;

    /// Begins a session.
    async fn add_session(
        &self,
        user_id: UserId,
        hash: TokenHash,
        expires_at: UnixMillis,
    ) -> Result<Session, StoreError>;

    /// Every session that lasts beyond `now`.
    async fn sessions(&self, now: UnixMillis) -> Result<Vec<(TokenHash, Session)>, StoreError>;

    /// Lets a session last until `expires_at`.
    async fn extend_session(&self, id: SessionId, expires_at: UnixMillis)
    -> Result<(), StoreError>;

    /// Ends a session.
    async fn end_session(&self, id: SessionId) -> Result<(), StoreError>;

    /// Deletes sessions that ended before `now`.
    async fn prune_sessions(&self, now: UnixMillis) -> Result<(), StoreError>;

    /// Makes a token.
    async fn add_token(
        &self,
        user_id: UserId,
        label: &str,
        hash: TokenHash,
        at: UnixMillis,
    ) -> Result<Token, StoreError>;

    /// Every token with its hash, in order of id.
    async fn tokens(&self) -> Result<Vec<(TokenHash, Token)>, StoreError>;

    /// Revokes a token; false when it is gone already.
    async fn revoke_token(&self, id: TokenId) -> Result<bool, StoreError>;
}
