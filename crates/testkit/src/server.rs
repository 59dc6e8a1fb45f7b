use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command as AsyncCommand};

use crate::log::Log;
use crate::{Client, PATIENCE, in_time};

/// What tests wait for, and what is wrong.
const QUIET: &str = "warn,offhook=debug";

/// The real program, serving. Shows its log where a test fails.
pub struct Server {
    program: PathBuf,
    folder: TempDir,
    arguments: Vec<String>,
    log: Log,
    child: Child,
    /// What it prints after its address.
    printed: Lines<BufReader<ChildStdout>>,
    /// `http://ADDRESS`.
    pub url: String,
}

impl Server {
    /// Starts `offhook serve` on a free port with a new folder.
    pub async fn start(program: &str) -> Self {
        Self::start_with(program, &[]).await
    }

    /// The same with more arguments.
    pub async fn start_with(program: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_at(program, arguments, folder, QUIET).await
    }

    /// The same in a folder of its own below this one.
    pub async fn start_in(program: &str, parent: &Path) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("a temporary folder");
        Self::start_at(program, &[], folder, QUIET).await
    }

    /// The same, and it logs whatever can be logged.
    pub async fn start_talkative(program: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_at(program, arguments, folder, "trace").await
    }

    async fn start_at(program: &str, arguments: &[&str], folder: TempDir, level: &str) -> Self {
        let program = PathBuf::from(program);
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let mut log = Log::of_level(level);
        let data = folder.path().join("data");
        let (child, url, printed) = spawn(&program, &data, &arguments, &mut log).await;
        Self {
            program,
            folder,
            arguments,
            log,
            child,
            printed,
            url,
        }
    }

    /// What it logged: all of it, once it has ended.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Returns once this stands in the log.
    pub async fn has_logged(&self, text: &str) {
        let logged = async || self.log().contains(text).then_some(());
        self.once_logged(text, logged).await;
    }

    /// Looks at once, and again whenever the server logs something, until there is an answer: for
    /// what the stream does not tell of. Fails, naming `what`, when there is none for too long.
    pub async fn once_logged<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        in_time(PATIENCE, what, self.log.looking(look)).await
    }

    /// The same, for what must come within a certain time.
    pub async fn soon_logged<T>(
        &self,
        time: Duration,
        what: &str,
        look: impl AsyncFnMut() -> Option<T>,
    ) -> T {
        in_time(time, what, self.log.looking(look)).await
    }

    /// The next line that it prints after its address.
    pub async fn next_line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.printed.next_line()).await;
        let line = line.expect("the server prints a line");
        line.expect("its output can be read").expect("a line more")
    }

    /// Where the server keeps its data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for the test's own files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the server at once, as a power failure would.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("the server can be killed");
    }

    /// Asks the server to end, and waits for it.
    pub async fn stop(&mut self) -> ExitStatus {
        self.ask_to_end("TERM");
        self.ended().await
    }

    /// Sends this signal.
    pub fn ask_to_end(&self, signal: &str) {
        let id = self.child.id().expect("the server runs").to_string();
        let asked = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .expect("kill runs");
        assert!(asked.success(), "the server can be asked to end");
    }

    /// Waits until the server has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.expect("the server ends when asked");
        self.log.end();
        status.expect("the server can be waited for")
    }

    /// Starts it again on the same folder.
    pub async fn restart(&mut self) {
        let data = self.data();
        (self.child, self.url, self.printed) =
            spawn(&self.program, &data, &self.arguments, &mut self.log).await;
    }

    /// Runs one of the small commands on the server's folder, with this on its standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .env("OFFHOOK_PUBLIC_URL", &self.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A command that does not read its input may end before all of it is written.
        stdin.write_all(input.as_bytes()).ok();
        drop(stdin);
        child.wait_with_output().expect("the program ends")
    }

    /// The same; its standard output, when it succeeds.
    pub fn ok(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(
            output.status.success(),
            "offhook {arguments:?} failed: {err}"
        );
        out.trim_end().to_owned()
    }

    /// Makes a user with a token, and a client that uses it, once the server knows it.
    pub fn user(&self, login: &str, role: &str) -> Client {
        let add = ["user", "add", login, "--role", role, "--password-stdin"];
        self.ok(&add, &format!("password of {login}\n"));
        self.client_of(login)
    }

    /// A client with a new token of this user, once the server knows it.
    pub fn client_of(&self, login: &str) -> Client {
        let token = self.ok(&["token", "new", login], "");
        Client::with_token(&self.url, &token)
    }

    /// Makes a source of this kind; answers the first URL.
    pub fn source(&self, name: &str, kind: &str) -> String {
        let urls = self.ok(&["source", "add", name, "--kind", kind], "");
        urls.lines().next().expect("a URL").to_owned()
    }
}

async fn spawn(
    program: &Path,
    data: &Path,
    arguments: &[String],
    log: &mut Log,
) -> (Child, String, Lines<BufReader<ChildStdout>>) {
    let mut command = AsyncCommand::new(program);
    // A free port, unless the test names an address.
    let named = arguments.iter().any(|argument| argument == "--listen");
    let listen: &[&str] = if named {
        &[]
    } else {
        &["--listen", "127.0.0.1:0"]
    };
    let mut child = command
        .arg("serve")
        .args(listen)
        .arg("--data")
        .arg(data)
        .args(arguments)
        .env("RUST_LOG", log.level())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the server starts");
    log.follow(child.stderr.take().expect("a pipe"));
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
    let line = line
        .expect("the server starts in time")
        .expect("its output can be read");
    let line = line.expect("the server says where it listens");
    let url = line
        .strip_prefix("listening on ")
        .expect("where it listens")
        .to_owned();
    (child, url, lines)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
