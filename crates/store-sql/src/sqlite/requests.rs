use std::path::Path;

use async_trait::async_trait;
use offhook_core::{SourceId, UnixMillis};
use offhook_store::{
    Cursor, Page, Pruned, RecordedRequest, RequestQuery, RequestStore, SourceActivity, StoreError,
};
use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Connection, FromRow, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::Mutex;

use super::checkpoint::empty_wal;
use super::connection::{migrated, options, read_pool};
use super::filter_calls::push_holds;
use super::statements::{Text, insert, row};
use super::{OpenError, source_activity, store_error};
use crate::row::corrupt;

macro_rules! select_requests {
    () => {
        "SELECT id, at, source_id, address, method, path, sent, understood, status, answered, \
         call_id FROM request"
    };
}
pub(super) use select_requests;

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite-requests");

/// Recorded requests, in a file of their own, so that they never make a call wait. A power cut may
/// take the last of them.
#[derive(Debug)]
pub struct SqliteRequestStore {
    writer: Mutex<SqliteConnection>,
    readers: SqlitePool,
}

impl SqliteRequestStore {
    /// Opens the requests in this file, makes it where it is missing, and brings it up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = options(path)
            .synchronous(SqliteSynchronous::Normal)
            // Nobody waits for these commits, so they may move the log into the file themselves.
            .pragma("wal_autocheckpoint", "1000");
        Ok(Self {
            writer: Mutex::new(migrated(path, &options, &MIGRATOR).await?),
            readers: read_pool(options, 2),
        })
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        self.readers.close().await;
        self.writer.into_inner().close().await.map_err(store_error)
    }
}

#[async_trait]
impl RequestStore for SqliteRequestStore {
    async fn keep_requests(&self, requests: &[RecordedRequest]) -> Result<(), StoreError> {
        let rows: Vec<RequestWrite<'_>> = requests.iter().map(RequestWrite::from).collect();
        let mut writer = self.writer.lock().await;
        insert(&mut writer, "INTO request", rows).await
    }

    async fn request(&self, id: i64) -> Result<Option<RecordedRequest>, StoreError> {
        let row: Option<RequestRow> = sqlx::query_as(concat!(select_requests!(), " WHERE id = ?1"))
            .bind(id)
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.map(RecordedRequest::try_from).transpose()
    }

    async fn activity(
        &self,
        source: SourceId,
        now: UnixMillis,
    ) -> Result<SourceActivity, StoreError> {
        source_activity::read(&self.readers, source, now).await
    }

    async fn requests(&self, query: &RequestQuery) -> Result<Page<RecordedRequest>, StoreError> {
        let rows: Vec<RequestRow> = statement(query)
            .build_query_as()
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        let mut items = rows
            .into_iter()
            .map(RecordedRequest::try_from)
            .collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > query.limit;
        items.truncate(query.limit);
        let next = items.last().filter(|_| more).map(|last| Cursor {
            key: last.at.0,
            id: last.id,
        });
        Ok(Page { items, next })
    }

    async fn prune_requests(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError> {
        let mut writer = self.writer.lock().await;
        let done = sqlx::query(
            "DELETE FROM request WHERE id IN \
             (SELECT id FROM request WHERE at < ?1 ORDER BY at LIMIT ?2)",
        )
        .bind(before.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .execute(&mut *writer)
        .await
        .map_err(store_error)?;
        let more = done.rows_affected() >= limit as u64;
        if !more {
            empty_wal(&mut writer).await?;
        }
        Ok(Pruned {
            rows: done.rows_affected(),
            more,
        })
    }
}

fn statement(query: &RequestQuery) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(concat!(select_requests!(), " WHERE true"));
    if let Some(source) = query.source_id {
        sql.push(" AND source_id = ").push_bind(source.0);
    }
    if let Some(status) = query.status {
        sql.push(" AND status = ").push_bind(status);
    }
    if let Some(refused) = query.refused {
        sql.push(if refused {
            " AND status >= 400"
        } else {
            " AND status < 400"
        });
    }
    if let Some(call_id) = &query.call_id {
        sql.push(" AND call_id = ").push_bind(call_id.clone());
    }
    if let Some(since) = query.since {
        sql.push(" AND at >= ").push_bind(since.0);
    }
    if let Some(search) = &query.search {
        sql.push(" AND (false");
        for text in ["sent", "understood", "answered", "address", "call_id"] {
            sql.push(" OR ").push(text);
            push_holds(&mut sql, search);
        }
        sql.push(")");
    }
    if let Some(after) = query.after {
        sql.push(" AND (at, id) < (").push_bind(after.key);
        sql.push(", ").push_bind(after.id).push(")");
    }
    // One more than a page tells whether there is a next one.
    let rows = i64::try_from(query.limit.saturating_add(1)).unwrap_or(i64::MAX);
    sql.push(" ORDER BY at DESC, id DESC LIMIT ")
        .push_bind(rows);
    sql
}

row! {
    /// A request that is new.
    RequestWrite<'a> {
        at: i64,
        source_id: Option<i64>,
        address: Text<'a>,
        method: Text<'a>,
        path: Text<'a>,
        sent: Text<'a>,
        understood: Option<Text<'a>>,
        status: u16,
        answered: Text<'a>,
        call_id: Option<Text<'a>>,
    }
}

impl<'a> From<&'a RecordedRequest> for RequestWrite<'a> {
    fn from(request: &'a RecordedRequest) -> Self {
        Self {
            at: request.at.0,
            source_id: request.source_id.map(|id| id.0),
            address: Text(&request.address),
            method: Text(&request.method),
            path: Text(&request.path),
            sent: Text(&request.sent),
            understood: request.understood.as_deref().map(Text),
            status: request.status,
            answered: Text(&request.answered),
            call_id: request.call_id.as_deref().map(Text),
        }
    }
}

#[derive(FromRow)]
pub(super) struct RequestRow {
    id: i64,
    at: i64,
    source_id: Option<i64>,
    address: String,
    method: String,
    path: String,
    sent: String,
    understood: Option<String>,
    status: i64,
    answered: String,
    call_id: Option<String>,
}

impl TryFrom<RequestRow> for RecordedRequest {
    type Error = StoreError;

    fn try_from(row: RequestRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            at: UnixMillis(row.at),
            source_id: row.source_id.map(SourceId),
            address: row.address,
            method: row.method,
            path: row.path,
            sent: row.sent,
            understood: row.understood,
            status: u16::try_from(row.status).map_err(|_| corrupt("request", "status", &row.id))?,
            answered: row.answered,
            call_id: row.call_id,
        })
    }
}
