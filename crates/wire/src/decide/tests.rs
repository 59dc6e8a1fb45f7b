use super::*;

fn ask(query: &str) -> Result<Question, Refusal> {
    let request = Request {
        query: Some(query),
        ..Request::default()
    };
    read(&request, Country::default())
}

fn sides(question: &Question) -> String {
    let side = |party: &Option<Party>| party.as_ref().unwrap().number.clone();
    let direction = question.body.direction.unwrap().as_str();
    let (from, to) = (side(&question.body.from), side(&question.body.to));
    format!("{direction} {from}>{to}")
}

#[test]
fn questions() {
    for (query, read) in [
        ("from=4930&to=49221", "in 4930>49221"),
        ("from=4930&to=49221&direction=in", "in 4930>49221"),
        ("from=201&to=4930&direction=out", "out 201>4930"),
        ("from=201&to=4930&direction=outbound", "out 201>4930"),
        ("", "in >"),
        (
            "Caller-Caller-ID-Number=4930&Caller-Destination-Number=101&Caller-Context=public",
            "in 4930>101",
        ),
    ] {
        assert_eq!(sides(&ask(query).unwrap()), read, "{query}");
    }
    assert_eq!(ask("direction=sideways"), Err(Refusal::Direction));
    assert!(matches!(ask("format=yaml"), Err(Refusal::Malformed(_))));
    assert!(ask("name=1").unwrap().name && !ask("name=0").unwrap().name);
    let posted = Request {
        content_type: Some("application/x-www-form-urlencoded"),
        body: b"from=4930&to=101&format=json",
        ..Request::default()
    };
    let question = read(&posted, Country::default()).unwrap();
    assert_eq!(question.format, Some(Format::Json));
    assert_eq!(sides(&question), "in 4930>101");
}

#[test]
fn a_call_is_asked_about_once() {
    let first = "Caller-Context=public&Caller-Destination-Number=101";
    let goes_on = ask(first).unwrap().goes_on.unwrap();
    assert_eq!(
        (&*goes_on.context, &*goes_on.destination),
        ("public", "101")
    );
    let again = format!("{first}&variable_offhook_asked=true");
    assert_eq!(ask(&again).unwrap().goes_on, None);
}

#[test]
fn formats() {
    for (accept, format) in [
        (None, Format::Plain),
        (Some("*/*"), Format::Plain),
        (Some("application/json"), Format::Json),
        (Some("text/xml;q=0.9"), Format::Xml),
        (Some("text/html, application/json"), Format::Plain),
    ] {
        assert_eq!(Format::accepted(accept), format, "{accept:?}");
    }
}

#[test]
fn answers() {
    let text = |format, decision: &Decision, name| {
        let goes_on = GoesOn {
            destination: "101".to_owned(),
            context: "public".to_owned(),
        };
        String::from_utf8(answer(format, decision, name, Some(&goes_on))).unwrap()
    };
    let dial = Decision::Dial {
        caller_id: Party::read("493023125877", Country::default()),
        number: "4930".to_owned(),
    };
    let cases = [
        (Decision::Pass, None, "pass||"),
        (
            Decision::Pass,
            Some("Anna | Lopez\n"),
            "pass||Anna   Lopez ",
        ),
        (Decision::Reject, None, "reject||"),
        (dial.clone(), None, "dial|493023125877|"),
    ];
    for (decision, name, plain) in cases {
        assert_eq!(text(Format::Plain, &decision, name), plain);
    }
    assert_eq!(
        text(Format::Json, &dial, Some("Anna")),
        r#"{"action":"dial","caller_id":"493023125877","name":"Anna"}"#
    );
    assert_eq!(
        text(Format::Json, &Decision::Reject, None),
        r#"{"action":"reject","caller_id":null,"name":null}"#
    );
    let reject = text(Format::Xml, &Decision::Reject, None);
    assert!(reject.contains(r#"<action application="hangup" data="CALL_REJECTED"/>"#));
    assert!(text(Format::Xml, &Decision::Pass, None).contains(r#"status="not found""#));
    let named = text(Format::Xml, &dial, Some("A&B ${x}"));
    for line in [
        r#"<action application="set" data="offhook_asked=true"/>"#,
        r#"<action application="set" data="effective_caller_id_number=493023125877"/>"#,
        r#"<action application="set" data="effective_caller_id_name=A&amp;B {x}"/>"#,
        r#"<action application="transfer" data="101 XML public"/>"#,
    ] {
        assert!(named.contains(line), "{named}");
    }
    let unknown_place = answer(Format::Xml, &Decision::Reject, None, None);
    assert!(
        String::from_utf8(unknown_place)
            .unwrap()
            .contains("not found")
    );
}
