//! A full disk: the PBX is told to try again, and the server recovers by itself.

use std::path::Path;
use std::process::Command;

use offhook_testkit::{Client, Office, PATIENCE, Server, in_time};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::PROGRAM;
use crate::connections::{Pbx, WELCOME, add, new_channel};

/// A small file system in memory; only root may make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(folder.path())
            .output()
            .ok()?;
        mount.status.success().then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount")
            .arg("-l")
            .arg(self.path())
            .status()
            .ok();
    }
}

#[tokio::test]
async fn it_is_said_and_passes() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let server = Server::start_in(PROGRAM, disk.path()).await;
    let url = server.source("office", "generic");
    let pbx = Client::new(&server.url);
    let ring = |id: u32| format!("event=newCall&direction=in&from=4930231257&to=49221&callId={id}");
    assert_eq!(pbx.form(&url, &ring(0)).await.status, 200);

    let fill = disk.path().join("fill");
    // Until not a byte is left.
    std::io::copy(
        &mut std::io::repeat(0),
        &mut std::fs::File::create(&fill).unwrap(),
    )
    .unwrap_err();
    let mut id = 1;
    // What is allocated already may still take a few.
    let refused = loop {
        let answer = pbx.form(&url, &ring(id)).await;
        if answer.status != 200 {
            break answer;
        }
        id += 1;
        assert!(id < 1000, "the disk is never full");
    };
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert_eq!(refused.header("retry-after"), "1");
    assert!(
        refused.json()["error"]
            .as_str()
            .unwrap()
            .contains("try again"),
        "{}",
        refused.text
    );
    assert_eq!(pbx.form(&url, &ring(id)).await.status, 503);

    std::fs::remove_file(&fill).unwrap();
    assert_eq!(pbx.form(&url, &ring(id)).await.status, 200);
    let admin = server.user("admin", "admin");
    let calls = admin.read("/api/v1/calls?limit=500").await;
    assert_eq!(
        calls["items"].as_array().unwrap().len(),
        usize::try_from(id).unwrap() + 1
    );
}

#[tokio::test]
async fn it_does_not_keep_a_listening_server_from_going_down() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk needs root");
        return;
    };
    let server = Server::start_in(PROGRAM, disk.path()).await;
    let admin = server.user("admin", "admin");
    let mut office = Office { server, admin };
    let pbx = Pbx::new().await;
    add(&office, "pbx", json!({"address": pbx.address})).await;
    let mut socket = pbx.says(WELCOME).await;
    let webhook = office.server.source("office", "generic");
    std::io::copy(
        &mut std::io::repeat(0),
        &mut std::fs::File::create(disk.path().join("fill")).unwrap(),
    )
    .unwrap_err();
    let client = Client::new(&office.server.url);
    let filling = async {
        for id in 1.. {
            let ring = format!("event=newCall&direction=in&from=4930231257&to=49221&callId={id}");
            if client.form(&webhook, &ring).await.status == 503 {
                return;
            }
        }
    };
    in_time(PATIENCE, "a full disk", filling).await;
    let told: String = (0..6000)
        .map(|id| new_channel(&format!("1.{id}"), "493012345"))
        .collect();
    // It may stop reading once as much waits as may.
    let telling = tokio::spawn(async move { socket.write_all(told.as_bytes()).await });
    office.server.stop().await;
    telling.abort();
}
