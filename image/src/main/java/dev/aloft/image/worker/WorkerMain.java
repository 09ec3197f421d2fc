package dev.aloft.image.worker;

import dev.aloft.image.Recipe;
import dev.aloft.image.RenderRequest;
import dev.aloft.image.RenderRequest.Outcome;
import dev.aloft.image.WorkerProtocol;
import dev.aloft.image.WorkerSettings;
import dev.aloft.linux.Confinement;
import dev.aloft.linux.Confinement.FileRights;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.Stream;

/// Main class of the worker process: reads originals and requests from a socket and writes renditions. It holds no
/// credentials and ends with the server that started it. Before its first untrusted original it warms up and drops
/// every unneeded right, see [Confinement].
///
/// Arguments: [WorkerSettings]. Output: `ready` with the library, then a line with what the confinement lacks; or
/// `unfit` with the reason.
final class WorkerMain {

    private final Renderer renderer;
    private final ServerSocketChannel socket;

    private WorkerMain(Renderer renderer, ServerSocketChannel socket) {
        this.renderer = renderer;
        this.socket = socket;
    }

    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().name("parent").daemon().start(WorkerMain::endWithParent);
        WorkerSettings settings = WorkerSettings.parse(List.of(arguments));
        Library library;
        try {
            library = Library.load(settings.libraries(), settings.svg());
        } catch (VipsFailure e) {
            System.out.println("unfit " + e.getMessage());
            return;
        }
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(settings.socket()));
            WorkerMain worker = new WorkerMain(new Renderer(library, settings.limits()), socket);
            List<Thread> threads = Stream.generate(
                            () -> Thread.ofPlatform().name("pictures").start(worker::work))
                    .limit(settings.threads())
                    .toList();
            WarmUp.run(settings.socket(), library);
            List<String> missing =
                    Confinement.apply(settings.memoryBytes(), settings.svg() ? FileRights.READ : FileRights.NONE);
            System.out.println("ready " + library + "\n" + String.join(", ", missing));
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Standard input is a pipe from the server; it closes when the server ends, in whatever way.
    private static void endWithParent() {
        try (InputStream pipe = System.in) {
            long _ = pipe.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("lost the pipe to the server: " + e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    /// Serves one picture after another until the socket closes.
    private void work() {
        while (socket.isOpen()) {
            try (SocketChannel connection = socket.accept()) {
                serve(connection);
            } catch (IOException | RuntimeException e) { // the next picture may be better
                System.err.println("a picture failed: " + e);
            }
        }
    }

    private void serve(SocketChannel connection) throws IOException {
        DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(connection), 64 << 10));
        List<Recipe> recipes = WorkerProtocol.readRequests(in).stream()
                .map(RenderRequest::recipe)
                .toList();
        for (Outcome outcome : renderer.render(WorkerProtocol.original(in), recipes)) {
            WorkerProtocol.writeOutcome(out, outcome);
        }
        connection.shutdownOutput();
        long _ = in.skip(Long.MAX_VALUE); // until the server has what it wanted, and closes
    }
}
