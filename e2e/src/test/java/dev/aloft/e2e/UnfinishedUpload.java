package dev.aloft.e2e;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// An upload to an agent of which half has been sent.
final class UnfinishedUpload implements AutoCloseable {

    private static final byte[] HALF = "half a photo\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel agent;

    private UnfinishedUpload(SocketChannel agent) {
        this.agent = agent;
    }

    /// @param file path in the bucket
    static UnfinishedUpload begin(Path socket, String bucket, String file) throws IOException {
        SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX);
        agent.connect(UnixDomainSocketAddress.of(socket));
        String head = "PUT /" + bucket + "/" + file + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + 2 * HALF.length
                + "\r\nExpect: 100-continue\r\n\r\n";
        UnfinishedUpload upload = new UnfinishedUpload(agent);
        upload.send(head.getBytes(StandardCharsets.US_ASCII));
        upload.requireAnswer("100");
        upload.send(HALF);
        return upload;
    }

    /// Sends the other half.
    ///
    /// @throws IOException when the agent does not answer that the file is stored
    void finish() throws IOException {
        send(HALF);
        requireAnswer("201");
    }

    private void send(byte[] bytes) throws IOException {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            agent.write(rest);
        }
    }

    private void requireAnswer(String status) throws IOException {
        String head;
        do {
            head = nextHead();
        } while (head.startsWith("HTTP/1.1 102 ")); // The agent reports progress of a slow store.
        if (!head.startsWith("HTTP/1.1 " + status + " ")) {
            throw new IOException("the agent answers \"" + head + "\" instead of " + status);
        }
    }

    /// Returns the head of the next answer, shorter if the agent closes the connection.
    private String nextHead() throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0 && agent.read(one.clear()) > 0) {
            head.append((char) one.get(0));
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        agent.close();
    }
}
