//! The API under `/api/v1`, one operation a file.

pub(crate) mod calls;
pub(crate) mod contacts;
pub(crate) mod cti;
mod decision;
pub(crate) mod dial;
mod extract;
mod page;
mod precondition;
pub(crate) mod requests;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod sources;
mod time;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod welcome;

pub(crate) use decision::DecisionView;
pub(crate) use extract::{ApiJson, ApiPath, ApiQuery};
pub(crate) use page::{Listed, PageParams, PageQuery};
pub(crate) use precondition::{if_match, same_revision, with_etag, with_retries};
pub(crate) use time::{parse_time, rfc3339};
