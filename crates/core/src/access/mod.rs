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
