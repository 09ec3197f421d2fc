package dev.aloft.testkit;

import java.time.Duration;

/// A fault for one request. The first four slow down or change what is asked or answered, and combine; of the
/// others, which replace the answer or end the connection, a request meets one.
sealed interface Fault {

    /// Waits before the request is forwarded to the store.
    record Delay(Duration time) implements Fault {}

    /// Sends the answer's body slowly.
    record Drip(Pace pace) implements Fault {}

    /// Changes a moment in the answer's head.
    ///
    /// @param field that has it, such as `Date`
    record ShiftDate(String field, Duration by) implements Fault {}

    /// Keeps the conditions of a write from the store.
    record DropConditions() implements Fault {}

    /// Answers in the store's place when the request's body begins, and hangs up on the rest of it.
    record AnswerEarly(ErrorAnswer error) implements Fault {}

    /// Answers in the store's place, which never hears of the request.
    record Answer(ErrorAnswer error) implements Fault {}

    /// Passes a part of the request's body on, then resets both connections.
    record ResetRequest(long afterBytes) implements Fault {}

    /// Lets the store do it, then resets the client's connection instead of answering.
    record LoseAnswer() implements Fault {}

    /// Sends the answer's head and so many bytes of its body, and no more.
    record CutAnswer(long afterBytes, End end) implements Fault {}

    /// State of the connection after that.
    enum End {
        IN_ORDER,
        RESET,
        SILENCE
    }

    /// Reads, and never answers.
    record Silence() implements Fault {}
}
