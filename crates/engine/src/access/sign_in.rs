use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use offhook_core::{SessionId, TokenId, UserId};
use offhook_store::{StoreError, TokenHash, UserChange};
use tracing::info;

use super::{PasswordError, Passwords, Secret, Throttle, hash_token, new_token};
use crate::clock::Clock;
use crate::configuration::{Configuration, LiveUser};

/// A session lasts this long after its last use.
pub const SESSION_MILLIS: i64 = 14 * 24 * 3_600_000;
/// A session that was used is extended when it lost this much of its time.
const EXTEND_AFTER_MILLIS: i64 = 24 * 3_600_000;

/// What a request shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A session's cookie.
    Session(Secret),
    /// An API token.
    Token(Secret),
}

/// Who a request is from.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The user.
    pub user: Arc<LiveUser>,
    /// The session, when it came with one.
    pub session: Option<SessionId>,
    /// The token, when it came with one.
    pub token: Option<TokenId>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Login or password are wrong, or the user is disabled.
    #[error("login or password is wrong")]
    Wrong,
    /// Too many failures.
    #[error("too many failed sign-ins: try again in {retry_after_seconds} s")]
    Throttled {
        /// When to try again, in seconds.
        retry_after_seconds: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is wrong, or was tried too often.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The new one is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Signs users in and says who a request is from.
#[derive(Debug)]
pub struct Access {
    pub(super) configuration: Arc<Configuration>,
    pub(super) clock: Arc<dyn Clock>,
    passwords: Passwords,
    /// Five failures in five minutes for one account from one address …
    by_account_and_address: Throttle<(String, IpAddr)>,
    /// … and a hundred in an hour for one account from anywhere, so that many addresses do not
    /// help, and nobody can lock somebody else out for long.
    by_account: Throttle<String>,
    /// What the key hashes to that makes the first administrator, where one was given out.
    pub(super) welcome: OnceLock<TokenHash>,
    /// Five wrong keys in five minutes from one address.
    pub(super) wrong_keys: Throttle<IpAddr>,
}

impl Access {
    /// Access to the users of this configuration.
    pub fn new(configuration: Arc<Configuration>, clock: Arc<dyn Clock>) -> Self {
        Self {
            configuration,
            clock,
            passwords: Passwords::default(),
            by_account_and_address: Throttle::new(5, 5 * 60_000),
            by_account: Throttle::new(100, 3_600_000),
            welcome: OnceLock::new(),
            wrong_keys: Throttle::new(5, 5 * 60_000),
        }
    }

    /// Hashes and checks passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Begins a session; answers what goes into the cookie.
    pub async fn sign_in(
        &self,
        login: &str,
        password: Secret,
        address: IpAddr,
    ) -> Result<(Secret, Arc<LiveUser>), SignInError> {
        let user = self.check_password(login, password, address).await?;
        let token = self.begin_session(user.user.id).await?;
        info!(target: "audit", login = user.user.login, %address, "signed in");
        Ok((token, user))
    }

    pub(super) async fn begin_session(&self, user: UserId) -> Result<Secret, StoreError> {
        let token = new_token();
        let expires_at = self.clock.now().plus_millis(SESSION_MILLIS);
        let accounts = self.configuration.accounts();
        accounts
            .add_session(user, hash_token(&token.0), expires_at)
            .await?;
        self.configuration.reload().await?;
        Ok(token)
    }

    async fn check_password(
        &self,
        login: &str,
        password: Secret,
        address: IpAddr,
    ) -> Result<Arc<LiveUser>, SignInError> {
        let now = self.clock.now();
        // Bounded, so that a long login does not fill the memory of failures.
        let account: String = login.trim().to_lowercase().chars().take(100).collect();
        let key = (account.clone(), address);
        let wait = (self.by_account_and_address.retry_after_seconds(&key, now))
            .max(self.by_account.retry_after_seconds(&account, now));
        if let Some(retry_after_seconds) = wait {
            info!(target: "audit", login = account, %address, "sign-in throttled");
            return Err(SignInError::Throttled {
                retry_after_seconds,
            });
        }
        // A user or a password may be a moment old, made by a command beside the server.
        self.configuration.catch_up().await;
        let user = self.configuration.now().user_by_login(login).cloned();
        let hash = user
            .as_ref()
            .and_then(|live| live.user.password_hash.clone());
        match user {
            Some(user) if self.passwords.verify(password, hash).await => {
                self.by_account_and_address.forget(&key);
                Ok(user)
            }
            other => {
                if other.is_none() {
                    self.passwords.verify(Secret(String::new()), None).await;
                }
                self.by_account_and_address.failed(key, now);
                self.by_account.failed(account.clone(), now);
                info!(target: "audit", login = account, %address, "sign-in failed");
                Err(SignInError::Wrong)
            }
        }
    }

    /// Changes a user's own password; ends its other sessions.
    pub async fn change_password(
        &self,
        identity: &Identity,
        present: Secret,
        new: Secret,
        address: IpAddr,
    ) -> Result<(), ChangePasswordError> {
        let user = &identity.user.user;
        self.check_password(&user.login, present, address).await?;
        let change = UserChange {
            password_hash: Some(self.passwords.hash(new).await?),
            keep_session: identity.session,
            ..UserChange::default()
        };
        let accounts = self.configuration.accounts();
        accounts
            .update_user(user.id, None, &change)
            .await
            .map_err(SignInError::from)?;
        self.configuration
            .reload()
            .await
            .map_err(SignInError::from)?;
        info!(target: "audit", login = user.login, %address, "changed the own password");
        Ok(())
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: SessionId) -> Result<(), StoreError> {
        self.configuration.accounts().end_session(session).await?;
        self.configuration.reload().await
    }

    /// Who a request with this credential is from; none when it is not valid (any more).
    pub fn identify(&self, credential: &Credential) -> Option<Identity> {
        let snapshot = self.configuration.now();
        match credential {
            Credential::Session(token) => {
                let (session, user) = snapshot.session(hash_token(&token.0), self.clock.now())?;
                let session = Some(session.id);
                Some(Identity {
                    user: Arc::clone(user),
                    session,
                    token: None,
                })
            }
            Credential::Token(token) => {
                let (token, user) = snapshot.token(hash_token(&token.0))?;
                let token = Some(token.id);
                Some(Identity {
                    user: Arc::clone(user),
                    session: None,
                    token,
                })
            }
        }
    }

    /// Lets a session that is in use last longer, at most once a day.
    pub async fn keep_alive(&self, credential: &Credential) {
        let Credential::Session(token) = credential else {
            return;
        };
        let snapshot = self.configuration.now();
        let now = self.clock.now();
        let Some((session, _)) = snapshot.session(hash_token(&token.0), now) else {
            return;
        };
        let until = now.plus_millis(SESSION_MILLIS);
        if until.millis_since(session.expires_at) < EXTEND_AFTER_MILLIS {
            return;
        }
        let extended = self
            .configuration
            .accounts()
            .extend_session(session.id, until)
            .await;
        if extended.is_ok() {
            self.configuration.reload().await.ok();
        }
    }
}
