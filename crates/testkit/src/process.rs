//! The service as a process of its own, to be killed, stopped and asked to leave.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// A running process with everything that it has written. Dropping it kills it, and shows the output of a failed test.
#[derive(Debug)]
pub struct Process {
    child: Child,
    output: Arc<Output>,
}

#[derive(Debug, Default)]
struct Output {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

impl Process {
    /// Starts `command` without input, and reads its output.
    ///
    /// # Panics
    /// When there is no such program.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let output = Arc::new(Output::default());
        output.follow(child.stdout.take().expect("the output is a pipe"));
        output.follow(child.stderr.take().expect("the errors are a pipe"));
        Self { child, output }
    }

    /// Waits until a line was written in which `find` finds something, and gives that.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub fn wait_for<T>(&self, patience: Duration, find: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + patience;
        let mut lines = self.output.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = 0;
        loop {
            if let Some(found) = lines[seen..].iter().find_map(|line| find(line)) {
                return found;
            }
            seen = lines.len();
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "nothing found after {patience:?} in:\n{}",
                lines.join("\n")
            );
            (lines, _) = self
                .output
                .more
                .wait_timeout(lines, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Everything written so far, both streams as they came.
    #[must_use]
    pub fn output(&self) -> String {
        let lines = self.output.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.join("\n")
    }

    /// Whether it has ended, by itself or by a signal.
    ///
    /// # Panics
    /// When the system does not know.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child can be waited for").is_some()
    }

    /// Ends it at once, as a power cut does (SIGKILL).
    ///
    /// # Panics
    /// When the system refuses.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// Asks it to leave (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub fn terminate(&mut self, patience: Duration) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait(patience)
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "still running after {patience:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops it where it stands, as a suspended machine does (SIGSTOP).
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on (SIGCONT).
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a child that was not waited for takes signals");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("-- output of process {}:\n{}", self.child.id(), self.output());
        }
    }
}

impl Output {
    fn follow(self: &Arc<Self>, stream: impl Read + Send + 'static) {
        let output = Arc::clone(self);
        std::thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                output.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                output.more.notify_all();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start(command)
    }

    #[test]
    fn what_a_process_says_is_found_on_either_stream() {
        let process = shell("echo starting >&2; echo listening on 127.0.0.1:99; sleep 60");

        let port = process.wait_for(PATIENCE, |line| line.strip_prefix("listening on ").map(str::to_owned));
        process.wait_for(PATIENCE, |line| (line == "starting").then_some(()));

        assert_eq!(port, "127.0.0.1:99");
    }

    #[test]
    fn a_process_can_leave_in_order_or_be_killed() {
        let script = "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done";
        let mut polite = shell(script);
        let mut killed = shell(script);
        polite.wait_for(PATIENCE, |line| (line == "up").then_some(()));
        killed.wait_for(PATIENCE, |line| (line == "up").then_some(()));

        assert_eq!(polite.terminate(PATIENCE).code(), Some(3));
        killed.kill();

        polite.wait_for(PATIENCE, |line| (line == "bye").then_some(()));
        assert!(!killed.output().contains("bye"));
    }

    #[test]
    fn a_frozen_process_does_nothing_until_it_is_thawed() {
        let process = shell("echo up; while :; do echo tick; sleep 0.01; done");
        process.wait_for(PATIENCE, |line| (line == "tick").then_some(()));

        process.freeze();
        std::thread::sleep(Duration::from_millis(50));
        let frozen = process.output().len();
        std::thread::sleep(Duration::from_millis(100));

        assert_eq!(process.output().len(), frozen);
        process.thaw();
        while process.output().len() == frozen {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
