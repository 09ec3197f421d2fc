package dev.aloft.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One client's connection and its own connection to the store: one request after the other, each with the faults that
/// the test has planned. Runs in one thread, and in a second one while a request's body is being sent, so that an
/// answer can arrive before the end of the body. Closes its connection to the store; the acceptor closes the client's.
final class Conversation implements Runnable {

    /// Time that an answered client has to finish its request's body before its connection is closed.
    private static final Duration LATE_BODY_LIMIT = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final S3Front front;
    private final TcpConnection client;
    private @Nullable TcpConnection store;

    Conversation(S3Front front, TcpConnection client) {
        this.front = front;
        this.client = client;
    }

    @Override
    public void run() {
        try {
            boolean goOn = true;
            while (goOn) {
                HttpHead head = HttpHead.read(client.in());
                // A read may still give bytes that came while the connection was being closed.
                goOn = head != null && client.isOpen() && serve(head);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a connection of " + front + " broke", e);
            client.reset();
        } finally {
            leaveStore();
        }
    }

    /// @return whether the connection is good for another request
    private boolean serve(HttpHead asked) throws IOException {
        Exchange exchange = front.begin(asked);
        FaultPlan plan = front.planFor(exchange.asked());
        HttpHead head = plan.dropsConditions() ? asked.without("If-Match").without("If-None-Match") : asked;
        pause(plan.delay());
        return switch (plan.end()) {
            case null -> relay(head, exchange, plan, null);
            case Fault.CutAnswer cut -> relay(head, exchange, plan, cut);
            case Fault.Answer(ErrorAnswer error) -> answer(head, exchange, error);
            case Fault.AnswerEarly(ErrorAnswer error) -> answerEarly(head, exchange, error);
            case Fault.ResetRequest(long afterBytes) -> resetRequest(head, exchange, afterBytes);
            case Fault.LoseAnswer() -> loseAnswer(head, exchange);
            case Fault.Silence() -> stayMute(exchange);
            case Fault.Delay _, Fault.Drip _, Fault.ShiftDate _, Fault.DropConditions _ ->
                throw new IllegalStateException("not an end: " + plan.end());
        };
    }

    private boolean relay(HttpHead head, Exchange exchange, FaultPlan plan, Fault.@Nullable CutAnswer cut)
            throws IOException {
        Upload upload = passOn(head, exchange);
        HttpHead answer = finalAnswer(upload, client.out());
        for (Map.Entry<String, Duration> shift : plan.dateShifts().entrySet()) {
            answer = answer.with(shift.getKey(), shiftedDate(answer, shift.getKey(), shift.getValue()));
        }
        exchange.answering(answer.status());
        client.out().write(answer.bytes());
        Framing framing = Framing.ofAnswer(answer, head.word(0));
        if (cut != null) {
            BodyRelay.part(framing, upload.store().in(), client.out(), exchange::sending, cut.afterBytes());
            return switch (cut.end()) {
                case IN_ORDER -> endClient(false);
                case RESET -> endClient(true);
                case SILENCE -> stayMute(exchange);
            };
        }
        BodyRelay.whole(framing, upload.store().in(), client.out(), exchange::sending, plan.pace());
        boolean storeStays = !(framing instanceof Framing.UntilClose) && !answer.says("Connection", "close");
        return storeStays && !head.says("Connection", "close") && upload.isDone();
    }

    private boolean answer(HttpHead head, Exchange exchange, ErrorAnswer error) throws IOException {
        boolean waits = waitsForContinue(head);
        if (!waits) {
            BodyRelay.whole(
                    Framing.ofRequest(head), client.in(), OutputStream.nullOutputStream(), exchange::received, null);
        }
        exchange.answering(error.status());
        client.out().write(error.head(Instant.now(), waits).bytes());
        if (!head.word(0).equals("HEAD")) {
            exchange.sending(error.body().length);
            client.out().write(error.body());
        }
        client.out().flush();
        return !waits;
    }

    private boolean answerEarly(HttpHead head, Exchange exchange, ErrorAnswer error) throws IOException {
        if (waitsForContinue(head)) {
            client.send(CONTINUE);
        }
        BodyRelay.part(Framing.ofRequest(head), client.in(), OutputStream.nullOutputStream(), exchange::received, 1);
        exchange.answering(error.status());
        client.out().write(error.head(Instant.now(), true).bytes());
        client.out().write(error.body());
        client.out().flush();
        return endClient(true);
    }

    private boolean resetRequest(HttpHead head, Exchange exchange, long afterBytes) throws IOException {
        Framing framing = Framing.ofRequest(head);
        if (!(framing instanceof Framing.Empty)) {
            if (waitsForContinue(head)) {
                client.send(CONTINUE);
            }
            TcpConnection connection = store();
            connection.out().write(head.bytes());
            BodyRelay.part(framing, client.in(), connection.out(), exchange::received, afterBytes);
            connection.reset();
        }
        return endClient(true);
    }

    private boolean loseAnswer(HttpHead head, Exchange exchange) throws IOException {
        Upload upload = passOn(head, exchange);
        HttpHead answer = finalAnswer(upload, client.out());
        BodyRelay.whole(
                Framing.ofAnswer(answer, head.word(0)),
                upload.store().in(),
                OutputStream.nullOutputStream(),
                bytes -> {},
                null);
        return endClient(true);
    }

    private boolean stayMute(Exchange exchange) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        while (true) {
            try {
                int read = client.in().read(buffer);
                if (read < 0) {
                    return false;
                }
                exchange.received(read);
            } catch (SocketTimeoutException e) {
                // Mute towards a mute client.
            }
        }
    }

    /// Sends the head to the store, and starts its body on the way when it has one.
    private Upload passOn(HttpHead head, Exchange exchange) throws IOException {
        Framing framing = Framing.ofRequest(head);
        TcpConnection connection = store();
        connection.send(head.bytes());
        if (framing instanceof Framing.Empty) {
            return new Upload(connection, null, false);
        }
        Future<?> body = front.submit(() -> upload(framing, connection, exchange));
        return new Upload(connection, body, waitsForContinue(head));
    }

    private void upload(Framing framing, TcpConnection connection, Exchange exchange) {
        try {
            BodyRelay.whole(framing, client.in(), new StoreBody(connection.out()), exchange::received, null);
        } catch (IOException e) {
            // The client has left; a reset shows the store that the rest will not come.
            connection.reset();
        }
    }

    /// Reads the store's answer; what comes before it (`100 Continue`) goes to the client.
    private static HttpHead finalAnswer(Upload upload, OutputStream interim) throws IOException {
        while (true) {
            HttpHead answer = HttpHead.read(upload.store().in());
            if (answer == null) {
                throw new EOFException("the store hung up instead of answering");
            }
            if (answer.status() >= 200) {
                return answer;
            }
            upload.continued();
            interim.write(answer.bytes());
            interim.flush();
        }
    }

    private TcpConnection store() throws IOException {
        TcpConnection connection = store;
        if (connection == null || connection.isOver()) {
            leaveStore();
            connection = front.openStore();
            store = connection;
        }
        return connection;
    }

    private void leaveStore() {
        if (store != null) {
            front.leave(store);
        }
    }

    /// @return that the connection is good for nothing more
    private boolean endClient(boolean withReset) {
        if (withReset) {
            client.reset();
        } else {
            client.close();
        }
        return false;
    }

    private static boolean waitsForContinue(HttpHead head) {
        return head.says("Expect", "100-continue");
    }

    private static String shiftedDate(HttpHead answer, String field, Duration by) {
        String date = answer.field(field);
        Instant moment = date == null ? Instant.now() : ErrorAnswer.moment(date);
        return ErrorAnswer.httpDate(moment.plus(by));
    }

    private static void pause(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while delaying a request");
        }
    }

    /// A request on its way to the store.
    private static final class Upload {

        private final TcpConnection store;
        private final @Nullable Future<?> body;
        private boolean waiting;

        Upload(TcpConnection store, @Nullable Future<?> body, boolean waiting) {
            this.store = store;
            this.body = body;
            this.waiting = waiting;
        }

        TcpConnection store() {
            return store;
        }

        void continued() {
            waiting = false;
        }

        /// Returns true if the store has received the whole request, or receives it within a short time.
        boolean isDone() throws IOException {
            if (body == null) {
                return true;
            }
            if (waiting && !body.isDone()) {
                return false;
            }
            try {
                body.get(LATE_BODY_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a body was under way");
            } catch (ExecutionException e) {
                throw new IllegalStateException("cannot relay a request's body", e);
            }
        }
    }
}
