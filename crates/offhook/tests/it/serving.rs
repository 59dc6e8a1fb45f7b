//! `serve` and what surrounds it: settings, one server a folder, an end in good order, copies.

use std::path::Path;
use std::process::{Command, Output};

use offhook_testkit::{Client, Office, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::commands::failed;
use crate::{PROGRAM, server};

fn run(arguments: &[&str], environment: &[(&str, &str)], folder: &Path) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

#[tokio::test]
async fn flags_win_over_environment_over_file_over_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let file = at("offhook.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let url = |arguments: &[&str], environment: &[(&str, &str)], name: &str| {
        let add = ["source", "add", name, "--kind", "generic"];
        let output = run(&[&add[..], arguments].concat(), environment, folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let url = String::from_utf8(output.stdout).unwrap();
        let base = url.split("/api/").next().unwrap().to_owned();
        (base, said)
    };
    // The default folder is made, and that is said.
    let (base, said) = url(&[], &[], "a");
    assert_eq!(base, "http://127.0.0.1:8420");
    assert!(said.contains("offhook-data"), "{said}");
    assert!(folder.path().join("offhook-data/offhook.db").exists());
    assert!(
        url(&[], &[], "b").1.is_empty(),
        "only the one that makes it says so"
    );

    let (data, other) = (at("data"), at("other"));
    write(&format!("listen = \"127.0.0.1:1111\"\ndata = {data:?}\n"));
    let with_file = ["--config", &*file];
    assert_eq!(url(&with_file, &[], "a").0, "http://127.0.0.1:1111");
    assert!(
        Path::new(&data).join("offhook.db").exists(),
        "the file's folder"
    );
    let environment = [
        ("OFFHOOK_LISTEN", "127.0.0.1:2222"),
        ("OFFHOOK_DATA", &*other),
    ];
    assert_eq!(
        url(&with_file, &environment, "c").0,
        "http://127.0.0.1:2222"
    );
    assert!(
        Path::new(&other).join("offhook.db").exists(),
        "the environment's folder"
    );
    let flags = ["--config", &*file, "--listen", "127.0.0.1:3333"];
    assert_eq!(url(&flags, &environment, "d").0, "http://127.0.0.1:3333");
    write("public_url = \"https://cti.example.com/\"\n");
    assert_eq!(
        url(&with_file, &environment, "e").0,
        "https://cti.example.com"
    );
    let public = [
        ("OFFHOOK_PUBLIC_URL", "https://env.example.com"),
        ("OFFHOOK_DATA", &*other),
    ];
    assert_eq!(url(&with_file, &public, "f").0, "https://env.example.com");
    let flags = [
        "--config",
        &*file,
        "--public-url",
        "https://flag.example.com",
    ];
    assert_eq!(url(&flags, &public, "g").0, "https://flag.example.com");
    // Blank is unset: that is what compose files make of it.
    let blank = [
        "LISTEN",
        "DATA",
        "DATABASE",
        "NATS",
        "PUBLIC_URL",
        "TLS_CERT",
        "TLS_KEY",
        "TRUSTED_PROXY",
    ];
    let blank = blank.map(|name| format!("OFFHOOK_{name}"));
    let blank = blank.each_ref().map(|name| (&**name, ""));
    assert_eq!(url(&[], &blank, "h").0, "http://127.0.0.1:8420");
    assert_eq!(url(&with_file, &blank, "i").0, "https://cti.example.com");
    let tls = [("OFFHOOK_TLS_CERT", "x.pem"), ("OFFHOOK_TLS_KEY", "y.pem")];
    assert_eq!(url(&[], &tls, "j").0, "https://127.0.0.1:8420");
    write("tls_cert = \"x.pem\"\ntls_key = \"y.pem\"\n");
    let serve = ["serve", "--config", &*file];
    failed(
        &run(&serve, &blank, folder.path()),
        1,
        "x.pem can not be read",
    );

    for (text, part) in [
        (
            "listen = \"127.0.0.1:1\"\ncolour = 1\n",
            "line 2: unknown field `colour`",
        ),
        ("public-url = \"https://x\"\n", "public-url"),
        ("listen = 5\n", "line 1"),
        ("listen = \n", "line 1"),
        ("database = \"mysql://x\"\n", "--database"),
        ("listen = \"somewhere\"\n", "no address like 127.0.0.1:8420"),
        ("public_url = \"cti.example.com\"\n", "http:// or https://"),
        (
            "trusted_proxy = [\"my-proxy\"]\n",
            "no address or range like 10.0.0.0/8",
        ),
        ("trusted_proxy = \"my-proxy\"\n", "no address or range"),
        ("trusted_proxy = 5\n", "expected text or a list of texts"),
        ("tls_cert = \"x.pem\"\n", "go together"),
        (
            "tls_cert = \"x.pem\"\ntls_key = \"y.pem\"\n",
            "x.pem can not be read",
        ),
    ] {
        write(text);
        let data = at("never used");
        failed(
            &run(
                &["serve", "--config", &file, "--data", &data],
                &[],
                folder.path(),
            ),
            1,
            part,
        );
    }
    failed(
        &run(&["serve", "--config", "nowhere.toml"], &[], folder.path()),
        1,
        "nowhere.toml can not be read",
    );
}

#[tokio::test]
async fn one_server_a_folder() {
    let mut server = server().await;
    let data = server.data();
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
    ];
    failed(
        &run(&serve, &[], server.folder()),
        1,
        "another offhook serves the folder",
    );
    let taken = server.url.strip_prefix("http://").unwrap().to_owned();
    let folder = server.folder().to_str().unwrap();
    let elsewhere = ["serve", "--listen", &taken, "--data", folder];
    failed(
        &run(&elsewhere, &[], server.folder()),
        1,
        "can not be listened on",
    );
    // A server that was killed leaves nothing in the way.
    server.kill().await;
    server.restart().await;
    assert_eq!(Client::new(&server.url).get("/healthz").await.status, 200);
    assert_eq!(Client::new(&server.url).get("/readyz").await.status, 200);
}

#[tokio::test]
async fn it_warns_when_others_can_listen_in() {
    let open = Server::start_talkative(PROGRAM, &["--listen", "0.0.0.0:0"]).await;
    open.has_logged("without TLS").await;
    // Nobody sees colours in what is no terminal.
    assert!(!open.log().contains('\u{1b}'), "{}", open.log());
    let mut closed = Server::start_talkative(PROGRAM, &[]).await;
    closed.stop().await;
    assert!(!closed.log().contains("without TLS"), "{}", closed.log());
    // The first start prints a link that makes an administrator: nothing for a log.
    assert!(!closed.log().contains("/welcome#"), "{}", closed.log());
}

/// The files that stand beside the databases while somebody has them open.
fn logs(server: &Server) -> Vec<String> {
    std::fs::read_dir(server.data())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".db-"))
        .collect()
}

#[tokio::test]
async fn what_is_in_flight_is_answered_when_it_ends() {
    for signal in ["TERM", "INT"] {
        let mut office = Office::open(PROGRAM).await;
        let pbx = office.pbx("office").await;
        let mut idle = office.admin.listen().await;
        let address = office
            .server
            .url
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        let body = "event=newCall&callId=a&direction=in&from=1&to=2";
        let (first, rest) = body.split_at(20);
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
            pbx.path,
            body.len()
        );
        let mut connection = TcpStream::connect(&address).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        // It is in flight once the server wants the body.
        let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut go_on = vec![0; expected.len()];
        connection.read_exact(&mut go_on).await.unwrap();
        assert_eq!(go_on, expected);
        connection.write_all(first.as_bytes()).await.unwrap();
        office.server.ask_to_end(signal);
        // It takes no new connections …
        office
            .server
            .once_logged("the port is closed", async || {
                TcpStream::connect(&address).await.err()
            })
            .await;
        idle.ended().await;
        // … and answers the one it has.
        connection.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("{}"),
            "{answer}"
        );
        assert!(office.server.ended().await.success(), "{signal}");
        assert_eq!(logs(&office.server), [] as [String; 0], "{signal}");
        office.server.restart().await;
        office.admin = office.server.client_of("admin");
        assert_eq!(
            office.calls_of(&pbx).await.len(),
            1,
            "what was answered is kept"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_while_it_serves_and_back() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let call = |id: &str| format!("event=newCall&callId={id}&direction=out&from=1&to=2");
    pbx.tell(&[&call("before")]).await;
    let file = office.server.folder().join("copy.db");
    let file = file.to_str().unwrap().to_owned();
    // Calls come in all the while.
    let posting = async {
        for place in 0..50 {
            pbx.tell(&[&call(&format!("during {place}"))]).await;
        }
    };
    let server = &office.server;
    let copying = async { tokio::task::block_in_place(|| server.run(&["backup", &file], "")) };
    let (output, ()) = tokio::join!(copying, posting);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    pbx.tell(&[&call("after")]).await;
    failed(&office.server.run(&["backup", &file], ""), 1, "copy.db");
    failed(
        &office.server.run(&["restore", &file], ""),
        1,
        "another offhook serves the folder",
    );
    assert!(office.server.stop().await.success());
    failed(
        &office.server.run(&["restore", "/nowhere.db"], ""),
        1,
        "/nowhere.db",
    );
    let not_ours = office.server.folder().join("text.db");
    std::fs::write(&not_ours, "no database").unwrap();
    failed(
        &office
            .server
            .run(&["restore", not_ours.to_str().unwrap()], ""),
        1,
        "text.db",
    );
    office.server.ok(&["restore", &file], "");
    office.server.restart().await;
    // The token of then works, the calls of then are there.
    office.admin = Client::new(&office.server.url);
    let body = json!({"login": "admin", "password": "password of admin"});
    let session = office.admin.post("/api/v1/session", body).await;
    assert_eq!(session.status, 201);
    let cookie = session
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    office.admin = office.admin.clone().with("cookie", &cookie);
    let ids: Vec<_> = (office.calls_of(&pbx).await.iter())
        .map(|call| call["call_id"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        ids.contains(&"before".to_owned()) && !ids.contains(&"after".to_owned()),
        "{ids:?}"
    );
    let url = format!("{}{}", office.server.url, pbx.path);
    assert_eq!(pbx.client.form(&url, &call("again")).await.text, "{}");
}

#[test]
fn it_serves_on_when_nobody_reads_what_it_prints() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = std::process::Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody reads the address either.
    drop(server.stdout.take());
    let mut said = std::io::BufReader::new(server.stderr.take().unwrap());
    let mut log = String::new();
    while !log.contains("nobody reads what is printed") {
        assert!(
            std::io::BufRead::read_line(&mut said, &mut log).unwrap() > 0,
            "{log}"
        );
    }
    assert_eq!(server.try_wait().unwrap(), None, "it runs");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[tokio::test]
async fn no_answer_may_be_framed_or_guessed_at() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    for (path, status) in [
        ("/", 200),
        ("/healthz", 200),
        ("/api/v1/calls", 200),
        ("/api/nowhere", 404),
        (&*pbx.path, 422),
        ("/api/v1/sipgate/wrong/in", 401),
        ("/api/v1/decide/wrong", 401),
    ] {
        let answer = office.admin.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    }
}
