//! Rows as they stand in tables, and the way to the domain's types and back.

mod call;
mod contact;
mod event;

pub(crate) use call::{CallRow, select_calls};
pub(crate) use contact::{ContactRow, MatchRow, level_from, select_contacts};
pub(crate) use event::{BodyRow, DecisionRow, EventRow, TakerRow, event_id, event_id_hex};

use offhook_store::StoreError;

/// A value that is not one of ours.
pub(crate) fn corrupt(
    table: &'static str,
    column: &'static str,
    id: &dyn std::fmt::Display,
) -> StoreError {
    StoreError::Corrupt {
        table,
        column,
        id: id.to_string(),
    }
}
