use async_trait::async_trait;
use offhook_core::access::{Permission, Role};
use offhook_core::{SessionId, TokenId, UnixMillis, UserId};
use offhook_store::{
    AccountStore, Conflict, NewUser, Session, StoreError, Token, TokenHash, User, UserChange,
};
use sqlx::{FromRow, SqliteConnection};

use super::sources::{conflict_or, raise_revision, token_hash};
use super::{SqliteStore, json, store_error};
use crate::row::corrupt;

macro_rules! select_users {
    ($rest:literal) => {
        concat!(
            "SELECT id, login, name, email, phones, role, permissions, active, password_hash, \
             preferences, revision, created_at FROM user ",
            $rest
        )
    };
}

#[async_trait]
impl AccountStore for SqliteStore {
    async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = sqlx::query_as(select_users!("ORDER BY id"))
            .fetch_all(self.readers())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(User::try_from).collect()
    }

    async fn add_user(&self, new: &NewUser, at: UnixMillis) -> Result<User, StoreError> {
        let mut transaction = self.begin().await?;
        let user = insert_user(&mut transaction, new, at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    async fn add_first_user(
        &self,
        new: &NewUser,
        at: UnixMillis,
    ) -> Result<Option<User>, StoreError> {
        let mut transaction = self.begin().await?;
        let others: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM user)")
            .fetch_one(&mut *transaction)
            .await
            .map_err(store_error)?;
        if others {
            return Ok(None);
        }
        let user = insert_user(&mut transaction, new, at).await?;
        transaction.commit().await?;
        Ok(Some(user))
    }

    async fn update_user(
        &self,
        id: UserId,
        expected: Option<i64>,
        change: &UserChange,
    ) -> Result<Option<User>, StoreError> {
        let mut transaction = self.begin().await?;
        if meant(&mut transaction, id, expected).await?.is_none() {
            return Ok(None);
        }
        sqlx::query(
            "UPDATE user SET login = coalesce(?2, login), name = coalesce(?3, name), \
             email = coalesce(?4, email), phones = coalesce(?5, phones), \
             role = coalesce(?6, role), active = coalesce(?7, active), \
             password_hash = coalesce(?8, password_hash), \
             preferences = coalesce(?9, preferences), \
             permissions = coalesce(?10, permissions), revision = revision + 1 WHERE id = ?1",
        )
        .bind(id.0)
        .bind(&change.login)
        .bind(&change.name)
        .bind(&change.email)
        .bind(change.phones.as_ref().map(json).transpose()?)
        .bind(change.role.map(Role::as_str))
        .bind(change.active)
        .bind(&change.password_hash)
        .bind(&change.preferences)
        .bind(change.permissions.as_deref().map(words).transpose()?)
        .execute(&mut *transaction)
        .await
        .map_err(|error| conflict_or(error, Conflict::LoginTaken))?;
        // Only what may take the last one away: a database without any administrator is no error.
        if change.role == Some(Role::Agent) || change.active == Some(false) {
            require_admin(&mut transaction).await?;
        }
        if change.active == Some(false) || change.password_hash.is_some() {
            sqlx::query("DELETE FROM session WHERE user_id = ?1 AND id IS NOT ?2")
                .bind(id.0)
                .bind(change.keep_session.map(|session| session.0))
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        }
        raise_revision(&mut transaction).await?;
        let user = user(&mut transaction, id.0).await?;
        transaction.commit().await?;
        Ok(user)
    }

    async fn delete_user(&self, id: UserId, expected: Option<i64>) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(old) = meant(&mut transaction, id, expected).await? else {
            return Ok(false);
        };
        sqlx::query("DELETE FROM user WHERE id = ?1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        if old.role == Role::Admin && old.active {
            require_admin(&mut transaction).await?;
        }
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        self.has_deleted();
        Ok(true)
    }

    async fn add_session(
        &self,
        user_id: UserId,
        hash: TokenHash,
        expires_at: UnixMillis,
    ) -> Result<Session, StoreError> {
        let mut writer = self.writer().await;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO session (hash, user_id, expires_at) VALUES (?1, ?2, ?3) RETURNING id",
        )
        .bind(hash.0.as_slice())
        .bind(user_id.0)
        .bind(expires_at.0)
        .fetch_one(&mut *writer)
        .await
        .map_err(store_error)?;
        Ok(Session {
            id: SessionId(id),
            user_id,
            expires_at,
        })
    }

    async fn sessions(&self, now: UnixMillis) -> Result<Vec<(TokenHash, Session)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64, i64)> = sqlx::query_as(
            "SELECT hash, id, user_id, expires_at FROM session WHERE expires_at > ?1",
        )
        .bind(now.0)
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|(hash, id, user_id, expires_at)| {
                let session = Session {
                    id: SessionId(id),
                    user_id: UserId(user_id),
                    expires_at: UnixMillis(expires_at),
                };
                Ok((token_hash("session", &hash)?, session))
            })
            .collect()
    }

    async fn extend_session(
        &self,
        id: SessionId,
        expires_at: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("UPDATE session SET expires_at = ?2 WHERE id = ?1")
            .bind(id.0)
            .bind(expires_at.0)
            .execute(&mut *writer)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn end_session(&self, id: SessionId) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM session WHERE id = ?1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await
    }

    async fn prune_sessions(&self, now: UnixMillis) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("DELETE FROM session WHERE expires_at <= ?1")
            .bind(now.0)
            .execute(&mut *writer)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn add_token(
        &self,
        user_id: UserId,
        label: &str,
        hash: TokenHash,
        at: UnixMillis,
    ) -> Result<Token, StoreError> {
        let mut transaction = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO token (hash, user_id, label, created_at) VALUES (?1, ?2, ?3, ?4) \
             RETURNING id",
        )
        .bind(hash.0.as_slice())
        .bind(user_id.0)
        .bind(label)
        .bind(at.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(store_error)?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Token {
            id: TokenId(id),
            user_id,
            label: label.to_owned(),
            created_at: at,
        })
    }

    async fn tokens(&self) -> Result<Vec<(TokenHash, Token)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64, String, i64)> =
            sqlx::query_as("SELECT hash, id, user_id, label, created_at FROM token ORDER BY id")
                .fetch_all(self.readers())
                .await
                .map_err(store_error)?;
        rows.into_iter()
            .map(|(hash, id, user_id, label, created_at)| {
                let token = Token {
                    id: TokenId(id),
                    user_id: UserId(user_id),
                    label,
                    created_at: UnixMillis(created_at),
                };
                Ok((token_hash("token", &hash)?, token))
            })
            .collect()
    }

    async fn revoke_token(&self, id: TokenId) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let done = sqlx::query("DELETE FROM token WHERE id = ?1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn insert_user(
    connection: &mut SqliteConnection,
    new: &NewUser,
    at: UnixMillis,
) -> Result<User, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO user (login, name, email, phones, role, active, password_hash, \
         permissions, preferences, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '{}', ?9) RETURNING id",
    )
    .bind(&new.login)
    .bind(&new.name)
    .bind(&new.email)
    .bind(json(&new.phones)?)
    .bind(new.role.as_str())
    .bind(new.active)
    .bind(&new.password_hash)
    .bind(words(&new.permissions)?)
    .bind(at.0)
    .fetch_one(&mut *connection)
    .await
    .map_err(|error| conflict_or(error, Conflict::LoginTaken))?;
    raise_revision(connection).await?;
    let user = user(connection, id).await?;
    user.ok_or_else(|| StoreError::Internal("the new user is gone".to_owned()))
}

/// Permissions as JSON.
fn words(permissions: &[Permission]) -> Result<String, StoreError> {
    let words: Vec<&str> = permissions.iter().map(|one| one.as_str()).collect();
    json(&words)
}

#[derive(FromRow)]
struct UserRow {
    id: i64,
    login: String,
    name: String,
    email: String,
    phones: String,
    role: String,
    permissions: String,
    active: bool,
    password_hash: Option<String>,
    preferences: String,
    revision: i64,
    created_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: UserId(row.id),
            login: row.login,
            name: row.name,
            email: row.email,
            phones: serde_json::from_str(&row.phones)
                .map_err(|_| corrupt("user", "phones", &row.id))?,
            role: Role::from_word(&row.role).ok_or_else(|| corrupt("user", "role", &row.id))?,
            permissions: serde_json::from_str::<Vec<String>>(&row.permissions)
                .map_err(|_| corrupt("user", "permissions", &row.id))?
                .iter()
                // One of a newer version means nothing here.
                .filter_map(|word| Permission::from_word(word))
                .collect(),
            active: row.active,
            password_hash: row.password_hash,
            preferences: row.preferences,
            revision: row.revision,
            created_at: UnixMillis(row.created_at),
        })
    }
}

async fn user(connection: &mut SqliteConnection, id: i64) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = sqlx::query_as(select_users!("WHERE id = ?1"))
        .bind(id)
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.map(User::try_from).transpose()
}

/// The user, which must be at the expected revision.
async fn meant(
    connection: &mut SqliteConnection,
    id: UserId,
    expected: Option<i64>,
) -> Result<Option<User>, StoreError> {
    let user = user(connection, id.0).await?;
    match (&user, expected) {
        (Some(user), Some(expected)) if user.revision != expected => Err(Conflict::Stale.into()),
        _ => Ok(user),
    }
}

async fn require_admin(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let admins: i64 =
        sqlx::query_scalar("SELECT count(*) FROM user WHERE role = 'admin' AND active = 1")
            .fetch_one(connection)
            .await
            .map_err(store_error)?;
    if admins == 0 {
        Err(Conflict::LastAdmin.into())
    } else {
        Ok(())
    }
}
