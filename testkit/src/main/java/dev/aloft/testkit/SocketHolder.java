package dev.aloft.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Service manager with socket activation, as far as a service sees it: holds listening sockets and passes them to a
/// command that it starts, and starts again on demand. Java can neither pass descriptors nor keep them open over the
/// end of a child, so Perl does it.
public final class SocketHolder implements AutoCloseable {

    private static final String PROGRAM = """
            use strict;
            use Socket;
            use POSIX ();
            use Fcntl;
            $^F = 255;
            $| = 1;
            my @sockets;
            while ((my $address = shift @ARGV) ne '--') {
                my $socket;
                if ($address =~ m{^/}) {
                    socket($socket, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
                    bind($socket, pack_sockaddr_un($address)) or die "bind $address: $!";
                } else {
                    socket($socket, AF_INET, SOCK_STREAM, 0) or die "socket: $!";
                    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
                    bind($socket, pack_sockaddr_in($address, INADDR_LOOPBACK)) or die "bind $address: $!";
                }
                listen($socket, 1024) or die "listen: $!";
                push @sockets, $socket;
            }
            sub start {
                my $pid = fork();
                return $pid if $pid;
                my @high = map { fcntl($_, F_DUPFD, 100) } @sockets;
                POSIX::dup2($high[$_], 3 + $_) for 0 .. $#high;
                POSIX::close($_) for @high;
                $ENV{LISTEN_FDS} = @sockets;
                $ENV{LISTEN_PID} = $$;
                exec(@ARGV) or die "exec: $!";
            }
            sub stop {
                kill('TERM', $_[0]);
                waitpid($_[0], 0);
            }
            my $service = start();
            print "started\n";
            while (<STDIN>) {
                stop($service);
                $service = start();
                print "restarted\n";
            }
            stop($service);
            """;

    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    private SocketHolder(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.US_ASCII);
        this.in = new PrintWriter(process.outputWriter(StandardCharsets.US_ASCII), true);
    }

    /// Opens sockets and starts a command with them.
    ///
    /// @param addresses paths of Unix sockets, and ports of the loopback address
    /// @param log for what the command prints to standard error
    public static SocketHolder start(
            List<String> addresses, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("perl", "-e", PROGRAM));
        words.addAll(addresses);
        words.add("--");
        words.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        SocketHolder holder = new SocketHolder(builder.start());
        holder.expect("started");
        return holder;
    }

    /// Stops the command with SIGTERM, waits for its end, and starts it again on the same sockets.
    public void restart() throws IOException {
        in.println("restart");
        expect("restarted");
    }

    private void expect(String line) throws IOException {
        String found = out.readLine();
        if (!line.equals(found)) {
            throw new IOException("the holder of sockets printed " + found + " instead of " + line);
        }
    }

    /// Stops the command with SIGTERM, waits for its end, and closes the sockets.
    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new IOException("the command of the held sockets has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
