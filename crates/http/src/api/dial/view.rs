use offhook_engine::connect::{Dial, DialError, DialState};
use serde::Serialize;
use utoipa::ToSchema;

/// A number that is dialled for a user. The call itself comes over the live stream as any other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dial)]
pub(crate) struct DialView {
    /// Tells one from another.
    id: String,
    /// Through which source.
    source: String,
    /// Which phone rings first.
    from: String,
    /// What is dialled then, as the phone system wants it.
    to: String,
    /// The same to be read.
    pretty: String,
    /// How far it is.
    state: DialStateView,
    /// Why it failed: the codes that dialling is refused with.
    reason: Option<&'static str>,
    /// The call that it became, once there is one.
    call_id: Option<i64>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = DialState)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DialStateView {
    /// The phone system took the order.
    Ordered,
    /// The user's own phone rings.
    Ringing,
    /// It was picked up, and the number is dialled.
    Calling,
    /// It came to nothing.
    Failed,
}

impl DialView {
    pub(crate) fn of(dial: &Dial) -> Self {
        let (state, reason) = match &dial.state {
            DialState::Ordered => (DialStateView::Ordered, None),
            DialState::Ringing => (DialStateView::Ringing, None),
            DialState::Calling => (DialStateView::Calling, None),
            DialState::Failed(why) => (DialStateView::Failed, Some(code(why))),
        };
        Self {
            id: dial.id.clone(),
            source: dial.source.clone(),
            from: dial.phone.clone(),
            to: dial.number.clone(),
            pretty: dial.pretty.clone(),
            state,
            reason,
            call_id: dial.call.map(|call| call.0),
        }
    }
}

/// The stable word for why nothing is dialled.
pub(super) fn code(error: &DialError) -> &'static str {
    match error {
        DialError::NotANumber | DialError::ForeignPhone => "invalid",
        DialError::Emergency => "emergency_number",
        DialError::NoPhone => "no_phone",
        DialError::NoPbx => "no_pbx",
        DialError::Unreachable => "phone_unreachable",
        DialError::Busy => "phone_busy",
        DialError::NotPickedUp => "phone_no_answer",
        DialError::Congested => "pbx_congested",
        DialError::Refused(_) => "pbx_refuses",
        DialError::Silent => "pbx_silent",
    }
}
