use async_trait::async_trait;
use offhook_core::{SourceId, UnixMillis};
use offhook_store::{
    Conflict, KeyVersions, NewSource, Settings, Source, SourceKind, SourceStore, SourceToken,
    StoreError, TokenHash,
};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::{SqliteStore, json, store_error};
use crate::row::corrupt;

macro_rules! source_columns {
    () => {
        "id, name, kind, enabled, config, secrets, revision, created_at, deleted"
    };
}
#[async_trait]
impl SourceStore for SqliteStore {
    async fn config_revision(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar("SELECT config FROM revision")
            .fetch_one(self.readers())
            .await
            .map_err(store_error)
    }

    async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        let mut reader = self.readers().begin().await.map_err(store_error)?;
        let rows: Vec<SourceRow> = sqlx::query_as(concat!(
            "SELECT ",
            source_columns!(),
            " FROM source ORDER BY id"
        ))
        .fetch_all(&mut *reader)
        .await
        .map_err(store_error)?;
        let mut tokens: Vec<TokenRow> =
            sqlx::query_as("SELECT hash, source_id, expires_at FROM source_token")
                .fetch_all(&mut *reader)
                .await
                .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                let own = tokens
                    .extract_if(.., |token| token.source_id == row.id)
                    .collect();
                row.with_tokens(own)
            })
            .collect()
    }

    async fn add_source(&self, new: &NewSource<'_>, at: UnixMillis) -> Result<Source, StoreError> {
        let mut transaction = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO source (name, kind, enabled, config, secrets, revision, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) RETURNING id",
        )
        .bind(new.name)
        .bind(new.kind.as_str())
        .bind(new.enabled)
        .bind(new.config)
        .bind(new.sealed_secrets)
        .bind(at.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(|error| conflict_or(error, Conflict::SourceNameTaken))?;
        insert_token(&mut transaction, id, new.token).await?;
        raise_revision(&mut transaction).await?;
        let source = source(&mut transaction, id).await?;
        transaction.commit().await?;
        source.ok_or_else(|| StoreError::Internal("the new source is gone".to_owned()))
    }

    async fn update_source(&self, new: &Source) -> Result<Option<Source>, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(old) = source(&mut transaction, new.id.0).await? else {
            return Ok(None);
        };
        if old.revision != new.revision {
            return Err(Conflict::Stale.into());
        }
        sqlx::query(
            "UPDATE source SET name = ?2, enabled = ?3, config = ?4, secrets = ?5, \
             revision = revision + 1 WHERE id = ?1",
        )
        .bind(new.id.0)
        .bind(&new.name)
        .bind(new.enabled)
        .bind(&new.config)
        .bind(&new.sealed_secrets)
        .execute(&mut *transaction)
        .await
        .map_err(|error| conflict_or(error, Conflict::SourceNameTaken))?;
        raise_revision(&mut transaction).await?;
        let source = source(&mut transaction, new.id.0).await?;
        transaction.commit().await?;
        Ok(source)
    }

    async fn rotate_source_token(
        &self,
        id: SourceId,
        token: TokenHash,
        old_until: UnixMillis,
    ) -> Result<Option<Source>, StoreError> {
        let mut transaction = self.begin().await?;
        if source(&mut transaction, id.0).await?.is_none() {
            return Ok(None);
        }
        sqlx::query(
            "UPDATE source_token SET expires_at = min(coalesce(expires_at, ?2), ?2) \
             WHERE source_id = ?1",
        )
        .bind(id.0)
        .bind(old_until.0)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        insert_token(&mut transaction, id.0, token).await?;
        raise_revision(&mut transaction).await?;
        let source = source(&mut transaction, id.0).await?;
        transaction.commit().await?;
        Ok(source)
    }

    async fn delete_source(&self, id: SourceId) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        // Who sees its calls stays as it was: without a map everybody would.
        let done = sqlx::query(
            "UPDATE source SET deleted = 1, enabled = 0, secrets = NULL, \
             config = json_object('notify_map', config -> '$.notify_map'), revision = revision + 1 \
             WHERE id = ?1 AND deleted = 0",
        )
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM source_token WHERE source_id = ?1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn settings(&self) -> Result<Settings, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        settings(&mut reader).await
    }

    async fn update_settings(&self, new: &Settings) -> Result<Settings, StoreError> {
        let mut transaction = self.begin().await?;
        let old = settings(&mut transaction).await?;
        if old.revision != new.revision {
            return Err(Conflict::Stale.into());
        }
        if old.country != new.country {
            sqlx::query("UPDATE revision SET keys_wanted = keys_wanted + 1")
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
        }
        sqlx::query(
            "INSERT INTO settings (only_row, revision, body) VALUES (1, ?1, ?2) \
             ON CONFLICT (only_row) DO UPDATE SET revision = excluded.revision, \
             body = excluded.body",
        )
        .bind(new.revision + 1)
        .bind(json(&SettingsRow::from(new))?)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Settings {
            revision: new.revision + 1,
            ..new.clone()
        })
    }

    async fn key_versions(&self) -> Result<KeyVersions, StoreError> {
        let (wanted, reached) = sqlx::query_as("SELECT keys_wanted, keys_reached FROM revision")
            .fetch_one(self.readers())
            .await
            .map_err(store_error)?;
        Ok(KeyVersions { wanted, reached })
    }

    async fn keys_are_of(&self, version: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE revision SET keys_reached = ?1")
            .bind(version)
            .execute(&mut *self.writer().await)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

/// Tells every process that sources, users or settings changed; part of the change's transaction.
pub(super) async fn raise_revision(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE revision SET config = config + 1")
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// A unique index that was hit is this conflict; SQLite does not name the index.
pub(super) fn conflict_or(error: sqlx::Error, conflict: Conflict) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => conflict.into(),
        _ => store_error(error),
    }
}

#[derive(FromRow)]
struct SourceRow {
    id: i64,
    name: String,
    kind: String,
    enabled: bool,
    config: String,
    secrets: Option<Vec<u8>>,
    revision: i64,
    created_at: i64,
    deleted: bool,
}

#[derive(FromRow)]
struct TokenRow {
    hash: Vec<u8>,
    source_id: i64,
    expires_at: Option<i64>,
}

impl SourceRow {
    fn with_tokens(self, tokens: Vec<TokenRow>) -> Result<Source, StoreError> {
        let tokens = tokens
            .into_iter()
            .map(|token| {
                let expires_at = token.expires_at.map(UnixMillis);
                Ok(SourceToken {
                    hash: token_hash("source_token", &token.hash)?,
                    expires_at,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Source {
            id: SourceId(self.id),
            name: self.name,
            kind: SourceKind::from_word(&self.kind)
                .ok_or_else(|| corrupt("source", "kind", &self.id))?,
            enabled: self.enabled,
            config: self.config,
            sealed_secrets: self.secrets,
            revision: self.revision,
            created_at: UnixMillis(self.created_at),
            deleted: self.deleted,
            tokens,
        })
    }
}

/// A stored hash of a token.
pub(super) fn token_hash(table: &'static str, bytes: &[u8]) -> Result<TokenHash, StoreError> {
    let hash = bytes.try_into().map_err(|_| corrupt(table, "hash", &""))?;
    Ok(TokenHash(hash))
}

/// A source that is not deleted.
async fn source(connection: &mut SqliteConnection, id: i64) -> Result<Option<Source>, StoreError> {
    let row: Option<SourceRow> = sqlx::query_as(concat!(
        "SELECT ",
        source_columns!(),
        " FROM source WHERE id = ?1 AND deleted = 0"
    ))
    .bind(id)
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let Some(row) = row else { return Ok(None) };
    let tokens: Vec<TokenRow> =
        sqlx::query_as("SELECT hash, source_id, expires_at FROM source_token WHERE source_id = ?1")
            .bind(id)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
    row.with_tokens(tokens).map(Some)
}

async fn insert_token(
    connection: &mut SqliteConnection,
    source_id: i64,
    token: TokenHash,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO source_token (hash, source_id) VALUES (?1, ?2)")
        .bind(token.0.as_slice())
        .bind(source_id)
        .execute(connection)
        .await
        .map_err(|error| conflict_or(error, Conflict::SourceTokenTaken))?;
    Ok(())
}

async fn settings(connection: &mut SqliteConnection) -> Result<Settings, StoreError> {
    let row: Option<(i64, String)> = sqlx::query_as("SELECT revision, body FROM settings")
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    let Some((revision, body)) = row else {
        return Ok(Settings::default());
    };
    let row: SettingsRow =
        serde_json::from_str(&body).map_err(|_| corrupt("settings", "body", &1))?;
    Ok(row.into_settings(revision))
}

/// The settings as JSON; what an older version did not know has its default.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct SettingsRow {
    country: String,
    time_zone: String,
    view_limit: i64,
    retention_days: i64,
    requests_days: i64,
    lost_ringing_minutes: i64,
    lost_answered_hours: i64,
    pop_url_template: Option<String>,
    public_url: Option<String>,
}

impl Default for SettingsRow {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for SettingsRow {
    fn from(settings: &Settings) -> Self {
        Self {
            country: settings.country.clone(),
            time_zone: settings.time_zone.clone(),
            view_limit: settings.view_limit,
            retention_days: settings.retention_days,
            requests_days: settings.requests_days,
            lost_ringing_minutes: settings.lost_ringing_minutes,
            lost_answered_hours: settings.lost_answered_hours,
            pop_url_template: settings.pop_url_template.clone(),
            public_url: settings.public_url.clone(),
        }
    }
}

impl SettingsRow {
    fn into_settings(self, revision: i64) -> Settings {
        Settings {
            country: self.country,
            time_zone: self.time_zone,
            view_limit: self.view_limit,
            retention_days: self.retention_days,
            requests_days: self.requests_days,
            lost_ringing_minutes: self.lost_ringing_minutes,
            lost_answered_hours: self.lost_answered_hours,
            pop_url_template: self.pop_url_template,
            public_url: self.public_url,
            revision,
        }
    }
}
