//! The numbers of calls, which these are found by, listed later than the calls.
//!
//! Keys of numbers are in no order: brought into their table one call after the other, each costs a
//! page of the write-ahead log. Those of many calls at once, in order of key, share pages.

use offhook_store::StoreError;

use super::catch_up::Pace;
use super::store_error;
use super::write::{Writer, begin};

/// Calls whose numbers are not listed, before that is done beside the events.
const MOST_UNLISTED: usize = 8192;
/// Numbers that are listed in one transaction.
const SLICE: i64 = 1024;

/// Puts what is not listed in order of key; answers up to which call, and how many numbers.
const GATHER: &str = "\
    CREATE TEMP TABLE IF NOT EXISTS unlisted ( \
        place INTEGER PRIMARY KEY, key INTEGER, started_at INTEGER, call INTEGER); \
    DELETE FROM unlisted; \
    INSERT INTO unlisted (key, started_at, call) \
        WITH side AS MATERIALIZED ( \
            SELECT id, started_at, from_key, to_key FROM call \
            WHERE id > (SELECT call FROM numbers_listed)) \
        SELECT from_key, started_at, id FROM side WHERE from_key IS NOT NULL \
        UNION ALL SELECT to_key, started_at, id FROM side WHERE to_key IS NOT NULL \
        ORDER BY 1, 2, 3; \
    SELECT (SELECT coalesce(max(id), 0) FROM call), (SELECT count(*) FROM unlisted)";

const LIST: &str = "\
    INSERT OR IGNORE INTO call_number (key, started_at, call) \
    SELECT key, started_at, call FROM unlisted WHERE place > ?1 AND place <= ?2";

impl Writer {
    /// Lists the numbers of calls if those of many are not, while events go on.
    pub(super) async fn list_many_numbers(&self, pace: Pace) -> Result<(), StoreError> {
        if self.unlisted().await < MOST_UNLISTED {
            return Ok(());
        }
        self.list_numbers(pace).await
    }

    /// Lists the numbers of all calls that have rows, while events go on.
    pub(super) async fn list_numbers(&self, pace: Pace) -> Result<(), StoreError> {
        if self.unlisted().await == 0 {
            return Ok(());
        }
        // For all of it: what was gathered must not be moved before it is listed.
        let mut turn = self.turn().await;
        // Whoever had it before may have listed them.
        if self.unlisted().await == 0 {
            return Ok(());
        }
        let (last_call, numbers): (i64, i64) = sqlx::query_as(GATHER)
            .fetch_one(&mut *turn)
            .await
            .map_err(store_error)?;
        let mut listed = 0;
        let mut more = true;
        while more {
            let mut transaction = begin(turn, None).await?;
            sqlx::query(LIST)
                .bind(listed)
                .bind(listed + SLICE)
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            listed += SLICE;
            more = listed < numbers;
            if !more {
                sqlx::query("UPDATE numbers_listed SET call = ?1")
                    .bind(last_call)
                    .execute(&mut *transaction)
                    .await
                    .map_err(store_error)?;
            }
            turn = transaction.commit_and_go_on().await?;
            if pace == Pace::Gentle {
                self.checkpointer().passive().await?;
            }
        }
        if let Some(hand) = &mut self.desk().await.hand {
            hand.unlisted = 0;
        }
        Ok(())
    }

    async fn unlisted(&self) -> usize {
        let desk = self.desk().await;
        desk.hand.as_ref().map_or(0, |hand| hand.unlisted)
    }
}
