//! The log read from its first page to its last.

use offhook_core::CallId;

use crate::{CallQuery, CallStore};

/// Every call that a query finds, page by page. Each is older than the one before, so that it comes
/// to an end whatever an engine does.
pub(super) async fn every_page(store: &impl CallStore, query: &CallQuery) -> Vec<CallId> {
    let mut query = query.clone();
    let mut found = Vec::new();
    let mut last = None;
    loop {
        let page = store.calls(&query).await.unwrap();
        assert!(page.items.len() == query.limit || page.next.is_none());
        for call in &page.items {
            let place = (call.folded.started_at, call.id);
            assert!(last.is_none_or(|last| place < last), "after {last:?}");
            last = Some(place);
            found.push(call.id);
        }
        query.after = page.next;
        if page.next.is_none() {
            return found;
        }
    }
}
