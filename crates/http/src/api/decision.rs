use offhook_core::call::Decision;
use offhook_core::number::Country;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::contacts::NumberView;

/// What a PBX is told about a new call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub(crate) struct DecisionView {
    /// `pass`, `reject` or `caller_id`.
    decision: &'static str,
    /// The caller ID to show, where it is `caller_id`.
    caller_id: Option<NumberView>,
}

impl DecisionView {
    pub(crate) fn new(decision: &Decision, country: Country) -> Self {
        let (word, caller_id) = match decision {
            Decision::Pass => ("pass", None),
            Decision::Reject => ("reject", None),
            Decision::Dial { caller_id, .. } => ("caller_id", Some(caller_id)),
        };
        Self {
            decision: word,
            caller_id: caller_id.map(|party| NumberView::new(&party.number, country)),
        }
    }
}
