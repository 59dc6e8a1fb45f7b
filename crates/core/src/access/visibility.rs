use crate::call::Call;
use crate::number::NumberKey;
use crate::rules::{NotifyMap, Scope};
use crate::{SourceId, UserId};

use super::Role;

/// Somebody who looks at calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
    /// The numbers of their phones.
    pub numbers: Vec<NumberKey>,
}

/// Which calls somebody may see (contract, "PBX endpoints", finer points). It stands on its own,
/// so that a database can take a superset filter from it and a live stream can keep it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Every call.
    All,
    /// The calls the user answered, made or was handed, and those of some sources.
    Some {
        /// The user.
        user: UserId,
        /// What is granted of each source; nothing of one that is not here.
        sources: Vec<(SourceId, Scope)>,
    },
}

impl Visibility {
    /// What somebody may see of sources with these maps.
    pub fn of<'a>(
        viewer: &Viewer,
        maps: impl IntoIterator<Item = (SourceId, &'a NotifyMap)>,
    ) -> Self {
        match viewer.role {
            Role::Admin => Self::All,
            Role::Agent => {
                let scope = |map: &NotifyMap| map.scope(viewer.user_id, &viewer.numbers);
                let mut sources: Vec<_> = (maps.into_iter())
                    .map(|(source, map)| (source, scope(map)))
                    .collect();
                // In whatever order the maps come, the same sight is equal.
                sources.sort_unstable_by_key(|(source, _)| *source);
                Self::Some {
                    user: viewer.user_id,
                    sources,
                }
            }
        }
    }

    /// Whose it is; none for who sees all.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::All => None,
            Self::Some { user, .. } => Some(*user),
        }
    }

    /// Whether a call may be seen.
    pub fn sees(&self, call: &Call) -> bool {
        match self {
            Self::All => true,
            Self::Some { user, sources } => {
                took_part(*user, call)
                    || sources.iter().any(|(source, scope)| {
                        *source == call.source_id && scope.covers(&call.folded)
                    })
            }
        }
    }
}

/// Whether a call is one of somebody's own: answered, made or handed to them, or missed while it rang
/// at their place, by what the source says or by the number called.
pub fn is_own(viewer: &Viewer, call: &Call) -> bool {
    let folded = &call.folded;
    let rang_here = || {
        let called = folded.to.key;
        folded.rung.contains(&viewer.user_id)
            || called.is_some_and(|number| viewer.numbers.contains(&number))
    };
    took_part(viewer.user_id, call) || (folded.missed && rang_here())
}

/// Whether somebody answered or made a call, or was handed it.
fn took_part(user: UserId, call: &Call) -> bool {
    let folded = &call.folded;
    let took = (folded.answered_by.iter()).chain(&folded.transferred_to);
    folded.made_by == Some(user) || took.into_iter().any(|by| by.user_id == Some(user))
}

/// Whether somebody may see one call; `map` is that of its source. For many calls, keep a
/// [`Visibility`].
pub fn may_see(viewer: &Viewer, map: &NotifyMap, call: &Call) -> bool {
    Visibility::of(viewer, [(call.source_id, map)]).sees(call)
}

/// Whether a ringing call rings at somebody's place by the map of its source; administrators are
/// rung like agents. That the source itself says whose device rings comes before this.
pub fn is_rung(viewer: &Viewer, map: &NotifyMap, call: &Call) -> bool {
    map.grants(viewer.user_id, &viewer.numbers, &call.folded)
}

#[cfg(test)]
mod tests;
