//! What goes wrong between a PBX and us: bridges that poll, retry and overtake themselves.

use fastrand::Rng;

use super::call::{Event, Step};

/// Disturbs the telling of a call now and then. Steps stay in order of sending, and nothing is lost.
pub(super) fn disturb(mut steps: Vec<Step>, rng: &mut Rng) -> Vec<Step> {
    match rng.u32(..100) {
        // The answer to a new call was lost, so it is sent again.
        ..4 => repeat(&mut steps, 0, rng.u64(800..2_500)),
        // Two bridges, or one that listens twice.
        4..6 => repeat(&mut steps, 1, rng.u64(5..300)),
        6..8 => {
            let end = steps.len() - 1;
            repeat(&mut steps, end, rng.u64(5..500));
        }
        // Taken at once, between two looks of a bridge that polls: what came second is sent first.
        8..11 => overtake(&mut steps, rng),
        _ => {}
    }
    steps.sort_by_key(|step| step.at);
    let last = steps.len() - 1;
    for (place, step) in steps.iter_mut().enumerate() {
        step.last = place == last;
    }
    steps
}

fn repeat(steps: &mut Vec<Step>, place: usize, later: u64) {
    let mut again = steps[place].clone();
    again.at += later;
    steps.push(again);
}

fn overtake(steps: &mut [Step], rng: &mut Rng) {
    let [first, second, rest @ ..] = steps else {
        return;
    };
    let ringing = second.happened - first.happened;
    let saved = ringing.saturating_sub(rng.u64(200..800));
    second.happened -= saved;
    second.at = second.happened;
    for step in rest {
        step.happened -= saved;
        step.at = step.happened;
    }
    if matches!(first.event, Event::NewCall) {
        first.at = second.at + rng.u64(5..200);
    }
}
