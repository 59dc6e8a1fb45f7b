//! The commands, beside a running server.

use crate::server;

/// Many commands at once each get their turn at the database.
#[tokio::test]
async fn commands_at_one_time_do_not_disturb_each_other() {
    let server = server().await;
    let add = |place: usize| {
        let login = format!("user{place}");
        let add = ["user", "add", &login, "--role", "agent", "--password-stdin"];
        server.run(&add, "a good password\n")
    };
    std::thread::scope(|scope| {
        let commands: Vec<_> = (0..12)
            .map(|place| scope.spawn(move || add(place)))
            .collect();
        for command in commands {
            let output = command.join().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{said}");
        }
    });
}
