//! https of our own, with a certificate that is read again when it changes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use offhook_testkit::Server;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::PROGRAM;

/// Writes a new pair; answers who trusts it, and nothing else.
fn renew(certificate: &Path, key: &Path) -> Arc<ClientConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, made.cert.pem()).unwrap();
    std::fs::write(key, made.signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// The answer to a request over https; none where the certificate is not trusted.
async fn ask(trust: &Arc<ClientConfig>, address: &str, request: &str) -> Option<String> {
    let (trust, address) = (Arc::clone(trust), address.to_owned());
    let request = request.to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(trust, name).ok()?;
        let mut stream = StreamOwned::new(connection, TcpStream::connect(address).ok()?);
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        // The server may end the connection without the farewell that TLS has.
        stream.read_to_end(&mut answer).ok();
        Some(String::from_utf8_lossy(&answer).into_owned()).filter(|answer| !answer.is_empty())
    });
    asked.await.unwrap()
}

#[tokio::test]
async fn it_serves_https_and_takes_a_new_certificate_up() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let first = renew(&certificate, &key);
    let arguments = [
        "--tls-cert",
        certificate.to_str().unwrap(),
        "--tls-key",
        key.to_str().unwrap(),
    ];
    let server = Server::start_talkative(PROGRAM, &arguments).await;
    let address = server
        .url
        .strip_prefix("https://")
        .expect("https")
        .to_owned();
    let hello = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = ask(&first, &address, hello).await.expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"),
        "{answer}"
    );
    let stranger = renew(
        &folder.path().join("other.pem"),
        &folder.path().join("other.key"),
    );
    assert_eq!(
        ask(&stranger, &address, hello).await,
        None,
        "another certificate is not trusted"
    );

    // Behind https of our own a session's cookie is sent there only.
    server.ok(
        &["user", "add", "boss", "--role", "admin", "--password-stdin"],
        "a good password\n",
    );
    let body = r#"{"login":"boss","password":"a good password"}"#;
    let sign_in = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let welcome = "GET /api/v1/welcome HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    server
        .once_logged("the user is known", async || {
            let answer = ask(&first, &address, welcome).await.expect("an answer");
            answer.contains("\"needed\":false").then_some(())
        })
        .await;
    let answer = ask(&first, &address, &sign_in).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let cookie = answer
        .lines()
        .find(|line| line.starts_with("set-cookie: "))
        .unwrap();
    assert!(
        cookie.starts_with("set-cookie: __Host-offhook=") && cookie.contains("; Secure"),
        "{cookie}"
    );

    // A broken pair leaves the old one in force; a whole one replaces it.
    let second = renew(&certificate, &folder.path().join("not yet.key"));
    server.has_logged("the old certificate stays in use").await;
    assert!(ask(&first, &address, hello).await.is_some());
    std::fs::copy(folder.path().join("not yet.key"), &key).unwrap();
    server
        .once_logged("the new certificate is in use", async || {
            ask(&second, &address, hello).await
        })
        .await;
    assert_eq!(ask(&first, &address, hello).await, None);
    // Who speaks no TLS disturbs nobody.
    let mut plain = TcpStream::connect(&address).unwrap();
    plain.write_all(hello.as_bytes()).unwrap();
    assert!(ask(&second, &address, hello).await.is_some());
}
