//! The stream that lettre talks through: TCP without delay, encrypted from the start where asked for, counted, and held
//! back from a certain byte on where asked for.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// What flows into a connection. Encryption only ever adds to the bytes of a message, so that fewer than it has means that
/// its end was never written.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow(Arc<Mutex<Meter>>);

#[derive(Debug, Default)]
struct Meter {
    /// How many bytes were handed to the connection.
    written: u64,
    /// How many may be, if that is bounded.
    limit: Option<u64>,
    /// Who waits until more may be.
    waiting: Option<Waker>,
}

/// A stream and what flows into it.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    flow: Flow,
}

#[derive(Debug)]
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Flow {
    /// How many bytes were handed to the connection.
    pub(super) fn written(&self) -> u64 {
        self.meter().written
    }

    /// Lets this many bytes more pass, and none behind them before [`open`](Self::open).
    pub(super) fn stop_after(&self, bytes: usize) {
        let mut meter = self.meter();
        meter.limit = Some(meter.written + bytes as u64);
    }

    /// Lets everything pass.
    pub(super) fn open(&self) {
        let mut meter = self.meter();
        meter.limit = None;
        if let Some(waiting) = meter.waiting.take() {
            waiting.wake();
        }
    }

    /// The part of these bytes that may pass now, which is empty only if they are.
    fn poll_pass<'b>(&self, cx: &Context<'_>, bytes: &'b [u8]) -> Poll<&'b [u8]> {
        let mut meter = self.meter();
        let Some(limit) = meter.limit else {
            return Poll::Ready(bytes);
        };
        let room = usize::try_from(limit.saturating_sub(meter.written)).unwrap_or(usize::MAX);
        if room == 0 {
            meter.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(&bytes[..room.min(bytes.len())])
    }

    fn meter(&self) -> MutexGuard<'_, Meter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    pub(super) fn new(stream: Stream) -> (Self, Flow) {
        let flow = Flow::default();
        let wire = Self {
            stream,
            flow: flow.clone(),
        };
        (wire, flow)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(tcp) => tcp.peer_addr(),
            Stream::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Stream::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = ready!(self.flow.poll_pass(cx, bytes));
        let poll = match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Stream::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        };
        if let Poll::Ready(Ok(count)) = poll {
            self.flow.meter().written += count as u64;
        }
        poll
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
