//! Who a number is.
use crate::ContactId;
/// Level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// a
    Known,
    /// b
    Maybe,
}
/// Match
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// a
    pub contact_id: ContactId,
    /// a
    pub name: String,
    /// a
    pub organization: String,
    /// a
    pub level: Level,
}
impl Level {
    /// c
    pub fn as_str(self) -> &'static str {
        "known"
    }
}
/// c
pub fn rank(m: Vec<Match>) -> Vec<Match> {
    m
}
/// c
pub fn label(_m: &[Match]) -> Option<String> {
    None
}
