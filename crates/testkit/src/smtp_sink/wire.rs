//! Lines and bodies on a connection, with replies held back until the client waits for them (RFC 2920).

use std::io;

use memchr::{memchr, memmem};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const END_OF_BODY: &[u8] = b"\r\n.\r\n";

/// One side of an SMTP dialogue over any stream.
pub(super) struct Wire<S> {
    stream: S,
    input: Box<[u8]>,
    start: usize,
    end: usize,
    replies: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            input: vec![0; 128 * 1024].into(),
            start: 0,
            end: 0,
            replies: Vec::new(),
        }
    }

    /// Gives the stream back. What the client sent too early is dropped, as STARTTLS demands (RFC 3207, section 6).
    pub(super) fn into_stream(self) -> S {
        self.stream
    }

    /// Puts a reply behind those that wait to be sent.
    pub(super) fn reply(&mut self, line: &str) {
        self.replies.extend_from_slice(line.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    /// Sends the replies that wait.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.replies).await?;
        self.replies.clear();
        self.stream.flush().await
    }

    /// The next line without its end.
    pub(super) async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(length) = memchr(b'\n', &self.input[self.start..self.end]) {
                let line = &self.input[self.start..self.start + length];
                let line = String::from_utf8_lossy(line).trim_end().to_owned();
                self.start += length + 1;
                return Ok(line);
            }
            self.fill().await?;
        }
    }

    /// The body that follows DATA up to its final dot; its first `keep` bytes go to `kept`, still dot-stuffed.
    pub(super) async fn body(&mut self, kept: &mut Vec<u8>, keep: usize) -> io::Result<()> {
        kept.clear();
        // The end of the DATA line counts, because an empty body is a dot alone.
        self.start = self.start.saturating_sub(2);
        let mut skip = 2;
        loop {
            let input = &self.input[self.start..self.end];
            let found = memmem::find(input, END_OF_BODY);
            let taken = found.map_or(input.len().saturating_sub(END_OF_BODY.len() - 1), |at| at + 2);
            let fresh = &input[skip.min(taken)..taken];
            kept.extend_from_slice(&fresh[..fresh.len().min(keep - kept.len())]);
            skip -= skip.min(taken);
            if found.is_some() {
                self.start += taken + END_OF_BODY.len() - 2;
                return Ok(());
            }
            self.start += taken;
            self.fill().await?;
        }
    }

    /// Reads what the client still sends, to no avail.
    pub(super) async fn discard(&mut self) -> io::Result<()> {
        self.start = self.end;
        self.fill().await
    }

    /// Reads more, once the client has every reply it may be waiting for.
    pub(super) async fn fill(&mut self) -> io::Result<()> {
        if !self.replies.is_empty() {
            self.flush().await?;
        }
        self.input.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let read = self.stream.read(&mut self.input[self.end..]).await?;
        if read == 0 {
            // The client left, or sent a line longer than the buffer.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.end += read;
        Ok(())
    }
}
