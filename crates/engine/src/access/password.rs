use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

use super::Secret;
use crate::clock::random_bytes;

/// Passwords shorter than this are refused.
const SHORTEST: usize = 8;
/// Longer ones are refused: hashing them takes time and nobody types them.
const LONGEST: usize = 512;

/// A password that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("a password needs at least {SHORTEST} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// The machine could not hash it.
    #[error("the password could not be hashed")]
    Hash,
}

/// Hashes and checks passwords with argon2id, off the async threads and two at a time: each takes
/// 19 MiB for a moment.
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(2),
        }
    }
}

impl Passwords {
    /// The hash of a new password in PHC form.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let characters = password.0.chars().count();
        if characters < SHORTEST {
            return Err(PasswordError::TooShort);
        }
        if characters > LONGEST {
            return Err(PasswordError::TooLong);
        }
        let _turn = self
            .turns
            .acquire()
            .await
            .map_err(|_| PasswordError::Hash)?;
        let hash = tokio::task::spawn_blocking(move || {
            let salt = SaltString::encode_b64(&random_bytes::<16>()).ok()?;
            let hash = Argon2::default()
                .hash_password(password.0.as_bytes(), &salt)
                .ok()?;
            Some(hash.to_string())
        });
        hash.await.ok().flatten().ok_or(PasswordError::Hash)
    }

    /// Whether the password is the one of this hash. Without a hash it takes as long and is wrong,
    /// so that nobody learns which logins there are.
    pub async fn verify(&self, password: Secret, hash: Option<String>) -> bool {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$\
                              K4pJp5lZ0Q0m0mS6qS7cB8yJxJzj2xk3mJ9m1b3jv2c";
        if password.0.len() > LONGEST * 4 {
            return false;
        }
        let Ok(_turn) = self.turns.acquire().await else {
            return false;
        };
        let known = hash.is_some();
        let right = tokio::task::spawn_blocking(move || {
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.0.as_bytes(), &hash)
                    .is_ok()
            })
        });
        right.await.unwrap_or(false) && known
    }
}
