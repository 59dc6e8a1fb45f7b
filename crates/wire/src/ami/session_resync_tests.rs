//! What the list of an Asterisk's channels tells.

use super::*;

#[test]
fn the_dialled_number_of_a_running_call_is_asked_for() {
    let mut session = signed_in();
    session.receive(LIST, at(1));
    assert_eq!(told_calls(&mut session), ["open 1.1"]);
    let asked = sent(&mut session);
    assert!(
        asked.contains("ActionID: offhook-dnid-1.1\r\nChannel: SIP/carrier-1\r\n"),
        "{asked}"
    );
    session.receive(
        b"Response: Success\r\nActionID: offhook-dnid-1.1\r\nValue: 4930201\r\n\r\n",
        at(1),
    );
    assert_eq!(
        told_calls(&mut session),
        ["4917123456 -> 4930201", "ring 101", "answer 101"]
    );
}

/// The new call that is told, if one is.
fn new_call(session: &mut Session) -> Option<crate::pbx::NewCall> {
    told(session).into_iter().find_map(|told| match told {
        Told::Event(event) => match event.said {
            Said::NewCall(new) => Some(new),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_call_whose_beginning_was_not_heard_is_said_to_be_found() {
    const BEGINS: &[u8] = b"Event: Newchannel\r\nChannel: SIP/carrier-1\r\nChannelState: 4\r\n\
        CallerIDNum: 4917123456\r\nContext: from-trunk\r\nExten: 4930201\r\nUniqueid: 1.1\r\n\
        Linkedid: 1.1\r\n\r\n";
    let mut session = signed_in();
    session.receive(LIST, at(1));
    session.poll(at(3));
    let found = new_call(&mut session).unwrap();
    // The context is today's.
    assert!(found.found && found.context.is_none(), "{found:?}");

    let mut session = signed_in();
    session.receive(BEGINS, at(1));
    session.receive(LIST, at(1));
    let heard = new_call(&mut session).unwrap();
    assert!(!heard.found && heard.context.is_some(), "{heard:?}");

    let mut session = signed_in();
    session.receive(LIST, at(1));
    session.receive(BEGINS, at(1));
    session.poll(at(3));
    let listed_first = new_call(&mut session).unwrap();
    assert!(!listed_first.found, "{listed_first:?}");
}

#[test]
fn without_an_answer_the_call_is_told_all_the_same() {
    let mut session = signed_in();
    session.receive(LIST, at(1));
    assert_eq!(session.wake_at(), Some(at(3)));
    session.poll(at(3));
    assert_eq!(
        told_calls(&mut session),
        ["open 1.1", "4917123456 -> 101", "ring 101", "answer 101"]
    );

    let mut session = signed_in();
    session.receive(LIST, at(1));
    session.receive(
        b"Event: Hangup\r\nUniqueid: 1.1\r\nCause: 16\r\n\r\n",
        at(2),
    );
    let told = told_calls(&mut session);
    assert_eq!(told.first().unwrap(), "open 1.1");
    assert_eq!(told.last().unwrap(), "normalClearing");
    assert_eq!(told.len(), 6);
}

#[test]
fn what_is_no_longer_listed_is_gone_without_a_word() {
    let mut session = signed_in();
    session.receive(LIST, at(1));
    session.poll(at(3));
    told(&mut session);
    session.closed(at(4));
    session.opened(at(5));
    session.receive(&[BANNER, ACCEPTED].concat(), at(5));
    session.receive(
        b"Event: CoreShowChannelsComplete\r\nListItems: 0\r\n\r\n",
        at(5),
    );
    assert_eq!(told_calls(&mut session), ["SignedIn", "open "]);
    assert_eq!(session.followed(), 0);
}
