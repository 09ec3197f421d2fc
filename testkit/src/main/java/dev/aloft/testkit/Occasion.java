package dev.aloft.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A fault in front of a store and its trigger. Made by [S3Front#on] and [S3Front#onEvery]:
///
/// ```java
/// front.on("PutObject").next(2).answer(503);
/// front.on("GetObject").nth(3).truncateAnswerAfter(1_000);
/// front.onEvery().delay(Duration.ofMillis(20));
/// ```
///
/// Requests are counted from the moment the fault is named. Delays, drips and shifted dates combine with everything.
/// Of the other matching faults a request gets the first one named, and the later ones wait for the next request. Safe
/// for many threads.
public final class Occasion {

    private final S3Front front;
    private final Predicate<S3Request> which;
    private final List<Fault> faults = new ArrayList<>();
    private long toSkip;
    private long left = Long.MAX_VALUE;
    private int met;

    Occasion(S3Front front, Predicate<S3Request> which) {
        this.front = front;
        this.which = which;
    }

    /// Only the next so many of these requests.
    public synchronized Occasion next(int count) {
        left = positive(count);
        return this;
    }

    /// Only one of these requests: 1 is the next.
    public synchronized Occasion nth(int number) {
        toSkip = positive(number) - 1L;
        left = 1;
        return this;
    }

    /// Waits before the request is forwarded to the store, as the latency of a distant one.
    public Occasion delay(Duration time) {
        return add(new Fault.Delay(time));
    }

    /// Answers this error with S3's usual code for it, and keeps the request from the store. Reads the request's body
    /// first, unless its client waits for `100 Continue`.
    ///
    /// @throws IllegalArgumentException for a status without a usual code
    public Occasion answer(int status) {
        return add(new Fault.Answer(ErrorAnswer.of(status)));
    }

    /// Answers this error; see [#answer(int)].
    public Occasion answer(int status, String code) {
        return add(new Fault.Answer(new ErrorAnswer(status, code, Duration.ZERO)));
    }

    /// Passes a write on without its `If-Match` and `If-None-Match`, as a store does that does not know them. The
    /// signature does not fit any more: this is for a store that checks none.
    public Occasion dropConditions() {
        return add(new Fault.DropConditions());
    }

    /// Answers an error as soon as the request's body begins, and resets the connection while the client sends the
    /// rest. The store never hears of the request.
    public Occasion answerEarly(int status) {
        return add(new Fault.AnswerEarly(ErrorAnswer.of(status)));
    }

    /// Answers 200 with an error in its body, as S3 does when a CopyObject, UploadPartCopy or CompleteMultipartUpload
    /// fails late. The store never hears of the request.
    public Occasion answerOkWithError(String code) {
        return add(new Fault.Answer(new ErrorAnswer(200, code, Duration.ZERO)));
    }

    /// Answers 403 RequestTimeTooSkewed, from a store whose clock is ahead by this much (behind when negative).
    public Occasion refuseClock(Duration ahead) {
        return add(new Fault.Answer(new ErrorAnswer(403, "RequestTimeTooSkewed", ahead)));
    }

    /// Answers what the store answers, with the `Date` of a clock that is ahead by this much (behind when negative).
    public Occasion shiftDate(Duration ahead) {
        return add(new Fault.ShiftDate("Date", ahead));
    }

    /// Answers what the store answers, with the `Last-Modified` of such a clock.
    public Occasion shiftModified(Duration ahead) {
        return add(new Fault.ShiftDate("Last-Modified", ahead));
    }

    /// Resets the connection after so many bytes of the request's body. The store never has the whole request: of a
    /// shorter body the end is kept back, and a request without a body does not reach the store at all.
    public Occasion resetRequestAfter(long bytes) {
        return add(new Fault.ResetRequest(notNegative(bytes)));
    }

    /// Lets the store do what was asked, and resets the connection in place of the answer.
    public Occasion loseAnswer() {
        return add(new Fault.LoseAnswer());
    }

    /// Sends the answer's head and so many bytes of its body, then resets the connection.
    public Occasion resetAnswerAfter(long bytes) {
        return add(new Fault.CutAnswer(notNegative(bytes), Fault.End.RESET));
    }

    /// Sends the answer's head and so many bytes of its body, then closes the connection in order: the body is shorter
    /// than its `Content-Length`.
    public Occasion truncateAnswerAfter(long bytes) {
        return add(new Fault.CutAnswer(notNegative(bytes), Fault.End.IN_ORDER));
    }

    /// Sends the answer's head and so many bytes of its body, then nothing, until the client gives up or the front
    /// closes.
    public Occasion stallAnswerAfter(long bytes) {
        return add(new Fault.CutAnswer(notNegative(bytes), Fault.End.SILENCE));
    }

    /// Sends the answer's body in steps of so many bytes, each after this interval.
    public Occasion dripAnswer(int bytes, Duration interval) {
        return add(new Fault.Drip(new Pace(bytes, interval)));
    }

    /// Takes the request and never answers, until the client gives up or the front closes.
    public Occasion neverAnswer() {
        return add(new Fault.Silence());
    }

    /// Number of requests that have met this, so that a test can check that its fault happened.
    public synchronized int met() {
        return met;
    }

    /// Adds to the plan of one request what this occasion has for it.
    synchronized void meet(S3Request request, FaultPlan plan) {
        if (left == 0 || !which.test(request)) {
            return;
        }
        if (toSkip > 0) {
            toSkip--;
            return;
        }
        if (plan.takes(faults)) {
            left--;
            met++;
        }
    }

    private Occasion add(Fault fault) {
        synchronized (this) {
            faults.add(fault);
        }
        front.expect(this);
        return this;
    }

    private static int positive(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("requests are counted from 1: " + count);
        }
        return count;
    }

    private static long notNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a negative number of bytes: " + bytes);
        }
        return bytes;
    }
}
