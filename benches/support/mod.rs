//! What the benchmarks share: the machine's load beside each figure, and peers that end with their owner.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command},
    time::{Duration, Instant},
};

/// The machine's load averages over 1, 5 and 15 minutes, to be printed beside what was measured.
pub(crate) fn load() -> String {
    match std::fs::read_to_string("/proc/loadavg") {
        Ok(text) => text.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
        Err(error) => format!("unknown ({error})"),
    }
}

/// A loopback address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a free port")
}

/// Waits until somebody listens there.
pub(crate) fn wait_for(address: SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "nobody listens on {address} after 30 s"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that is killed when its owner goes.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        Self(
            command
                .spawn()
                .unwrap_or_else(|error| panic!("{name} cannot be started: {error}")),
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The most memory that a process ever had resident, in megabytes (`VmHWM` of Linux).
pub(crate) fn peak_megabytes(process: &Process) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.0.id())).expect("the process runs");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .expect("Linux tells the peak");
    let kilobytes: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .expect("a number");
    kilobytes / 1024.0
}
