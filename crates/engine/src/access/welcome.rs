//! The first administrator, made in the browser by who started the server.

use std::net::IpAddr;

use offhook_core::access::{Permission, Role};
use offhook_store::{NewUser, StoreError, User};
use tracing::info;

use super::{Access, PasswordError, Secret, hash_token, new_token};
use crate::text::{InvalidText, full_line, line};

/// Why no first administrator was made.
#[derive(Debug, thiserror::Error)]
pub enum WelcomeError {
    /// Somebody was first.
    #[error("there is a user already: sign in")]
    TooLate,
    /// The key is not the one that the server printed.
    #[error("the key is wrong: take the link that the server printed at its last start")]
    WrongKey,
    /// Too many wrong keys.
    #[error("too many wrong keys: try again in {retry_after_seconds} s")]
    Throttled {
        /// When to try again, in seconds.
        retry_after_seconds: i64,
    },
    /// Login or name are not taken.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Access {
    /// A key that makes the first administrator, where there is no user; only its hash is kept, in
    /// memory, so that another start needs another key. `None` when there are users, or a key was
    /// given out before.
    pub fn welcome_key(&self) -> Option<Secret> {
        if !self.is_welcome_needed() {
            return None;
        }
        let key = new_token();
        self.welcome.set(hash_token(&key.0)).ok()?;
        Some(key)
    }

    /// Whether there is no user yet.
    pub fn is_welcome_needed(&self) -> bool {
        self.configuration.now().users().is_empty()
    }

    /// Makes the first administrator and begins a session; answers what goes into the cookie.
    /// Valid until there is any user, however that was made; of two at once exactly one is made.
    pub async fn welcome(
        &self,
        key: &Secret,
        login: &str,
        name: &str,
        password: Secret,
        address: IpAddr,
    ) -> Result<(Secret, User), WelcomeError> {
        if !self.is_welcome_needed() {
            return Err(WelcomeError::TooLate);
        }
        let now = self.clock.now();
        if let Some(retry_after_seconds) = self.wrong_keys.retry_after_seconds(&address, now) {
            return Err(WelcomeError::Throttled {
                retry_after_seconds,
            });
        }
        // Hashes, so that how long it takes to compare them tells nothing of the key.
        if self.welcome.get() != Some(&hash_token(&key.0)) {
            self.wrong_keys.failed(address, now);
            info!(target: "audit", %address, "a wrong key for the first administrator");
            return Err(WelcomeError::WrongKey);
        }
        let new = NewUser {
            login: full_line("login", login)?,
            name: line("name", name)?,
            email: String::new(),
            phones: Vec::new(),
            role: Role::Admin,
            permissions: Permission::ALL.to_vec(),
            active: true,
            password_hash: Some(self.passwords().hash(password).await?),
        };
        let accounts = self.configuration.accounts();
        let user = accounts.add_first_user(&new, now).await?;
        let user = user.ok_or(WelcomeError::TooLate)?;
        info!(target: "audit", login = user.login, %address, "made the first administrator");
        Ok((self.begin_session(user.id).await?, user))
    }
}
