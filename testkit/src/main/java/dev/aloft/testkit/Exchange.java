package dev.aloft.testkit;

import java.util.concurrent.atomic.AtomicLong;

/// A request under way. What is sent to a client is noted here before it is sent, so whoever has an answer finds it
/// noted.
/// For any thread.
final class Exchange {

    private final S3Request asked;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile int status;

    Exchange(S3Request asked) {
        this.asked = asked;
    }

    S3Request asked() {
        return asked;
    }

    void received(long bytes) {
        bytesIn.addAndGet(bytes);
    }

    void answering(int status) {
        this.status = status;
    }

    void sending(long bytes) {
        bytesOut.addAndGet(bytes);
    }

    S3Request soFar() {
        return asked.answered(status, bytesIn.get(), bytesOut.get());
    }
}
