package dev.aloft.testkit;

import java.util.List;
import java.util.stream.Collectors;

/// Assertion on the requests that reached S3:
///
/// ```java
/// assertThatRequests(front).are("8 PutObject, 1 ListObjectsV2");
/// assertThatRequests(front).include("PutObject", 8).include("GetObject", 0);
/// ```
///
/// A failure lists every request. The requests are those of the moment of the call to `assertThatRequests`.
public final class RequestsAssertion {

    private final List<S3Request> requests;
    private final Tally tally;

    private RequestsAssertion(List<S3Request> requests) {
        this.requests = requests;
        tally = Tally.of(requests);
    }

    /// Takes the requests that the front has seen so far.
    public static RequestsAssertion assertThatRequests(S3Front front) {
        return new RequestsAssertion(front.requests());
    }

    /// All requests are these, in any order, in the words of [S3Front#summary]: `8 PutObject, 1 ListObjectsV2`.
    ///
    /// @throws IllegalArgumentException for another form, or an operation that S3 does not have
    public RequestsAssertion are(String summary) {
        Tally expected = Tally.parse(summary);
        return check(tally.equals(expected), "expected " + expected);
    }

    /// All requests are so many of this operation.
    public RequestsAssertion are(String operation, int count) {
        boolean holds = tally.count(operation) == count && tally.total() == count;
        return check(holds, "expected " + count + " " + operation + " and nothing else");
    }

    /// So many requests are of this operation, whatever the others are.
    public RequestsAssertion include(String operation, int count) {
        return check(tally.count(operation) == count, "expected " + count + " " + operation);
    }

    /// There are no more requests than this, of all operations together.
    public RequestsAssertion areAtMost(int count) {
        return check(tally.total() <= count, "expected at most " + count + " requests");
    }

    /// There was no request.
    public RequestsAssertion areNone() {
        return check(requests.isEmpty(), "expected no requests");
    }

    private RequestsAssertion check(boolean holds, String expected) {
        if (!holds) {
            throw new AssertionError(requests.stream()
                    .map(request -> "\n  " + request)
                    .collect(Collectors.joining("", expected + ", found " + tally, "")));
        }
        return this;
    }
}
