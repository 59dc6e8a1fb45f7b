//! Another country: the same texts are other numbers.

use std::sync::Arc;

use offhook_core::CallId;
use offhook_core::call::{Call, Candidate, Decision, Event, Party, fold};
use offhook_store::StoreError;

use super::load_calls::load_events;
use super::store_error;
use super::write::Transaction;
use super::write_calls::update_keys;
use crate::row::{CallRow, corrupt, select_calls};

/// Reads the numbers of the calls after this one anew; answers the last of them.
pub(super) async fn reread(
    mut transaction: Transaction,
    after: CallId,
    limit: usize,
    read: &(dyn for<'n> Fn(&'n str) -> Party + Send + Sync),
) -> Result<Option<CallId>, StoreError> {
    let rows: Vec<CallRow> = sqlx::query_as(select_calls!(
        "FROM call WHERE call.id > ?1 ORDER BY call.id LIMIT ?2"
    ))
    .bind(after.0)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(&mut *transaction)
    .await
    .map_err(store_error)?;
    let calls: Vec<Call> = rows
        .into_iter()
        .map(Call::try_from)
        .collect::<Result<_, _>>()?;
    let last = calls.last().map(|call| call.id);
    let ids: Vec<i64> = calls.iter().map(|call| call.id.0).collect();
    let mut events = load_events(&mut transaction, &ids).await?;
    let mut changed = Vec::new();
    for mut call in calls {
        let mut events = events.remove(&call.id).unwrap_or_default();
        for event in &mut events {
            reread_event(event, read);
        }
        let folded = fold(&events).ok_or_else(|| corrupt("event", "body", &call.id))?;
        if folded != call.folded {
            call.folded = folded;
            let call = Arc::new(call);
            changed.push(Candidate { call, events });
        }
    }
    update_keys(&mut transaction, &changed).await?;
    transaction.commit().await?;
    Ok(last)
}

fn reread_event(event: &mut Event, read: &(dyn for<'n> Fn(&'n str) -> Party + Send + Sync)) {
    let body = event.body_mut();
    let shown = match &mut body.decision {
        Some(Decision::Dial { caller_id, .. }) => Some(caller_id),
        _ => None,
    };
    for party in [body.from.as_mut(), body.to.as_mut(), shown]
        .into_iter()
        .flatten()
    {
        // A name may have come beside the number.
        party.key = read(&party.number).key;
    }
}
