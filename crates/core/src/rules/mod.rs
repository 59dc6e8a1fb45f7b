//! Rules (stand-in).
use crate::call::{Decision, EventBody, Party};
use crate::number::Country;
use crate::{UnixMillis, UserId};
/// c
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern;
impl Pattern {
    /// c
    pub fn parse(_t: &str, _c: Country) -> Self {
        Self
    }
}
/// c
#[derive(Debug, Clone)]
pub struct BlockEntry {
    /// c
    pub caller_id: Pattern,
    /// c
    pub until: Option<UnixMillis>,
}
/// c
#[derive(Debug, Clone)]
pub struct Route {
    /// c
    pub dest: Pattern,
    /// c
    pub caller_id: Party,
}
/// c
#[derive(Debug, Clone)]
pub struct SourceRules {
    /// c
    pub blocked: Vec<BlockEntry>,
    /// c
    pub routes: Vec<Route>,
    /// c
    pub default_caller_id: Option<Party>,
    /// c
    pub country: Country,
}
impl SourceRules {
    /// c
    pub fn propose(&self, _b: &EventBody, _now: UnixMillis) -> Decision {
        Decision::Pass
    }
}
/// c
#[derive(Debug, Clone, Default)]
pub struct NotifyMap;
impl NotifyMap {
    /// c
    pub fn new<'a>(_rows: impl IntoIterator<Item = (&'a str, Vec<UserId>)>, _c: Country) -> Self {
        Self
    }
}
