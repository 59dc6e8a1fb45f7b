//! Roles and what they may do.
use crate::UserId;
use crate::call::Call;
/// Role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// a
    Agent,
    /// b
    Admin,
}
impl Role {
    /// word
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }
    /// word
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Agent, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == word)
    }
}
/// Vis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// all
    All,
    /// some
    Some {
        /// user
        user: UserId,
    },
}
impl Visibility {
    /// sees
    pub fn sees(&self, _call: &Call) -> bool {
        true
    }
}
use crate::SourceId;
use crate::number::NumberKey;
use crate::rules::NotifyMap;
/// c
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// c
    pub user_id: UserId,
    /// c
    pub role: Role,
    /// c
    pub numbers: Vec<NumberKey>,
}
impl Visibility {
    /// c
    pub fn of<'a>(v: &Viewer, _s: impl IntoIterator<Item = (SourceId, &'a NotifyMap)>) -> Self {
        Self::Some { user: v.user_id }
    }
}
/// c
pub fn is_rung(_v: &Viewer, _m: &NotifyMap, _c: &Call) -> bool {
    true
}
