use std::collections::HashMap;
use std::sync::Arc;

use offhook_core::call::Call;
use offhook_core::identify::{Match, rank};
use offhook_core::number::NumberKey;
use offhook_store::{ContactStore, StoreError};
use tracing::warn;

/// A call with who may be at either end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCall {
    /// The call.
    pub call: Call,
    /// Who the caller may be, best first.
    pub from: Vec<Match>,
    /// Who the called may be, best first.
    pub to: Vec<Match>,
}

impl NamedCall {
    /// A call without any look-up.
    pub fn nameless(call: Call) -> Self {
        Self {
            call,
            from: Vec::new(),
            to: Vec::new(),
        }
    }
}

/// The contacts, as far as calls are concerned.
pub struct Directory {
    contacts: Arc<dyn ContactStore>,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").finish_non_exhaustive()
    }
}

impl Directory {
    /// A directory over these contacts.
    pub fn new(contacts: Arc<dyn ContactStore>) -> Self {
        Self { contacts }
    }

    /// The contacts themselves.
    pub fn contacts(&self) -> &dyn ContactStore {
        self.contacts.as_ref()
    }

    /// Looks up who the numbers of these calls are, with one query. When that fails the calls go
    /// out without names: better than not at all.
    pub async fn name(&self, calls: Vec<Call>) -> Vec<NamedCall> {
        match self.try_name(calls.clone()).await {
            Ok(named) => named,
            Err(error) => {
                warn!(%error, "callers could not be looked up");
                calls.into_iter().map(NamedCall::nameless).collect()
            }
        }
    }

    /// Looks up who the numbers of these calls are, with one query.
    pub async fn try_name(&self, calls: Vec<Call>) -> Result<Vec<NamedCall>, StoreError> {
        let mut keys: Vec<NumberKey> = calls
            .iter()
            .flat_map(|call| [call.folded.from.key, call.folded.to.key])
            .flatten()
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let matches = self.who_are(&keys).await?;
        let find = |key: Option<NumberKey>| {
            key.and_then(|key| matches.get(&key))
                .cloned()
                .unwrap_or_default()
        };
        Ok(calls
            .into_iter()
            .map(|call| NamedCall {
                from: find(call.folded.from.key),
                to: find(call.folded.to.key),
                call,
            })
            .collect())
    }

    /// Who these numbers may be, best first; numbers of nobody are left out.
    pub async fn who_are(
        &self,
        keys: &[NumberKey],
    ) -> Result<HashMap<NumberKey, Vec<Match>>, StoreError> {
        let mut found: HashMap<NumberKey, Vec<Match>> = HashMap::new();
        if keys.is_empty() {
            return Ok(found);
        }
        for (key, who) in self.contacts.matches(keys).await? {
            found.entry(key).or_default().push(who);
        }
        Ok(found
            .into_iter()
            .map(|(key, matches)| (key, rank(matches)))
            .collect())
    }
}
