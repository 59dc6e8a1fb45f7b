use std::collections::BTreeMap;

use offhook_core::access::Visibility;
use offhook_core::call::Party;
use offhook_core::number::pretty;
use offhook_core::rules::Scope;
use offhook_engine::configuration::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::display_name;
use crate::App;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// So many of the newest calls are looked at.
const RECENT: usize = 500;
/// Lists end here: nobody picks from a longer one.
const MOST: usize = 500;

/// What the log can be filtered by.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FilterChoices {
    /// Names of sources.
    sources: Vec<String>,
    /// Queues of recent calls and of the configuration.
    queues: Vec<QueueChoice>,
    /// Who may have answered.
    users: Vec<UserChoice>,
}

/// A queue, or a number on our side that stands for one.
#[derive(Debug, Serialize, ToSchema)]
struct QueueChoice {
    /// The value of the filter `queue`.
    queue: String,
    /// For people.
    pretty: String,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
struct UserChoice {
    /// The value of the filter `user_id`.
    id: i64,
    name: String,
}

/// Sources, queues and users to filter by, as far as one may see calls of them.
pub(super) async fn choices(app: &App, user: &SignedIn) -> Result<FilterChoices, Problem> {
    let visibility = user.visibility(app);
    let snapshot = app.configuration.now();
    let recent = app.log.recent_queues(visibility.clone(), RECENT).await?;
    let used = recent.iter().map(String::as_str);
    Ok(FilterChoices {
        sources: sources(&snapshot, &visibility),
        queues: queues(&snapshot, &visibility, used),
        users: users(&snapshot),
    })
}

/// The sources of which something is granted.
fn sources(snapshot: &Snapshot, visibility: &Visibility) -> Vec<String> {
    let granted = |id| match visibility {
        Visibility::All => true,
        Visibility::Some { sources, .. } => sources.iter().any(|(source, scope)| {
            *source == id
                && match scope {
                    Scope::Whole => true,
                    Scope::Some { grants, .. } => !grants.is_empty(),
                }
        }),
    };
    let sources = snapshot.sources().into_iter();
    let mut names: Vec<String> = sources
        .filter(|live| granted(live.source.id))
        .map(|live| live.source.name.clone())
        .collect();
    names.sort_by_key(|name| name.to_lowercase());
    names.truncate(MOST);
    names
}

/// The queues of these calls and those that the maps name, one of any spelling in case.
fn queues<'c>(
    snapshot: &'c Snapshot,
    visibility: &Visibility,
    used: impl Iterator<Item = &'c str>,
) -> Vec<QueueChoice> {
    let named = snapshot
        .sources()
        .into_iter()
        .flat_map(|live| live.config.notify.queues_of(visibility.user()));
    let mut queues = BTreeMap::new();
    for queue in used.chain(named).filter(|queue| !queue.trim().is_empty()) {
        queues.entry(queue.trim().to_lowercase()).or_insert(queue);
    }
    let choice = |queue: &str| {
        let number = Party::read(queue, snapshot.country).key;
        QueueChoice {
            queue: queue.to_owned(),
            pretty: number.map_or_else(|| queue.to_owned(), |key| pretty(queue, Some(key))),
        }
    };
    let queues = queues.into_values().take(MOST);
    queues.map(choice).collect()
}

/// Everybody who may sign in.
fn users(snapshot: &Snapshot) -> Vec<UserChoice> {
    let active = snapshot.users().into_iter();
    let mut users: Vec<UserChoice> = active
        .filter(|live| live.user.active)
        .map(|live| UserChoice {
            id: live.user.id.0,
            name: display_name(&live.user),
        })
        .collect();
    users.sort_by_key(|user| user.name.to_lowercase());
    users.truncate(MOST);
    users
}
