//! The log as a table.

use offhook_testkit::Office;
use serde_json::json;

use crate::PROGRAM;

const HEADING: &str = "\u{feff}id,started_at,answered_at,ended_at,direction,state,missed,done,from,from_name,to,to_name,queue,answered_by,waiting_seconds,talking_seconds,cause,source";

#[tokio::test]
async fn calls_as_a_table_for_spreadsheets() {
    let office = Office::open(PROGRAM).await;
    let empty = office.admin.get("/api/v1/calls.csv").await;
    assert_eq!(empty.status, 200);
    assert_eq!(empty.text, format!("{HEADING}\r\n"));
    assert_eq!(empty.header("content-type"), "text/csv; charset=utf-8");
    assert!(empty.header("content-disposition").contains("calls.csv"));
    let (emma, client) = office
        .user(json!({"login": "emma", "name": "Taylor, Emma", "phones": ["201"]}))
        .await;
    let map = json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": []},
        "notify_map": [{"queue": "sales", "user_ids": [emma]}]});
    let pbx = office.pbx_with("office", map).await;
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=493023125741&to=22&queue=sales&user=%3D1%2B1",
        "event=answer&callId=a&answeringNumber=201",
        "event=hangup&callId=a&cause=normalClearing",
        "event=newCall&callId=b&direction=in&from=%3Dcmd()&to=22&queue=%40sum",
    ])
    .await;
    let csv = office.admin.get("/api/v1/calls.csv").await.text;
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert_eq!(lines[0], HEADING);
    assert!(lines[1].starts_with("2,"), "newest first: {csv}");
    assert!(
        lines[1].contains(",,,in,ringing,false,false,'=cmd(),,22,'@sum,'@sum,,"),
        "{csv}"
    );
    let middle = ",in,ended,false,true,+49 30 23125741,,22,'=1+1,sales,\"Taylor, Emma\",";
    assert!(lines[2].contains(middle), "{csv}");
    assert!(lines[2].ends_with(",normalClearing,office"), "{csv}");
    // Local times, as a spreadsheet reads them.
    let started = lines[2].split(',').nth(1).unwrap();
    let call = office.admin.read("/api/v1/calls/1").await;
    let utc = call["started_at"].as_str().unwrap();
    assert_eq!(started.len(), "2026-01-31 08:00:00".len());
    assert_eq!(
        started[14..19],
        utc[14..19],
        "minutes and seconds are those of UTC"
    );
    office
        .admin
        .patch("/api/v1/settings", json!({"time_zone": "UTC"}))
        .await;
    let csv = office.admin.get("/api/v1/calls.csv?state=ended").await.text;
    assert!(csv.contains(&utc[..19].replace('T', " ")), "{csv} {utc}");

    let hers = client.get("/api/v1/calls.csv").await.text;
    assert!(
        hers.contains("normalClearing") && !hers.contains("cmd"),
        "{hers}"
    );
    let none = office
        .admin
        .get("/api/v1/calls.csv?source=nowhere")
        .await
        .text;
    assert_eq!(none, format!("{HEADING}\r\n"));
    assert_eq!(
        office
            .admin
            .get("/api/v1/calls.csv?state=over")
            .await
            .status,
        422
    );
}

#[tokio::test]
async fn all_pages_in_one_answer() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    for number in 0..501 {
        pbx.tell(&[&format!(
            "event=newCall&callId={number}&direction=in&from=49301&to=22"
        )])
        .await;
    }
    let csv = office.admin.get("/api/v1/calls.csv").await.text;
    let ids: Vec<&str> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let expected: Vec<String> = (1..=501).rev().map(|id: i32| id.to_string()).collect();
    assert_eq!(ids, expected);
}
