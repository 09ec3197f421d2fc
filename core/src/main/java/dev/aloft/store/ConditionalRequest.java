package dev.aloft.store;

/// A kind of request whose condition Aloft relies on, and what does not hold where a store does not keep it: alone, or
/// when several come at the same moment.
enum ConditionalRequest {
    CREATE("If-None-Match of PutObject", "no file of up to 16 MB is made exclusively; to try is an error"),
    REPLACE("If-Match of PutObject", "no file of up to 5 MB is appended to or edited; to try is an error"),
    CREATE_IN_PARTS(
            "If-None-Match of CompleteMultipartUpload",
            "no file of more than 16 MB is made exclusively, by a copy neither; to try is an error"),
    REPLACE_IN_PARTS(
            "If-Match of CompleteMultipartUpload",
            "no file of more than 5 MB is appended to or edited; to try is an error"),
    COPY(
            "x-amz-copy-source-if-match of CopyObject",
            "a copy may be of a version that another writer writes at the same moment"),
    DELETE(
            "If-Match of DeleteObject",
            "a version that another writer writes to the old name during a rename may be lost");

    private final String condition;
    private final String loss;

    ConditionalRequest(String condition, String loss) {
        this.condition = condition;
        this.loss = loss;
    }

    /// One that writes an object.
    static ConditionalRequest of(WriteCondition condition, boolean inParts) {
        return switch (condition) {
            case WriteCondition.Absent _ -> inParts ? CREATE_IN_PARTS : CREATE;
            case WriteCondition.Version _ -> inParts ? REPLACE_IN_PARTS : REPLACE;
            case WriteCondition.Always _ -> throw new IllegalArgumentException("a write without a condition");
        };
    }

    /// The header and the operation, as S3 names them.
    String condition() {
        return condition;
    }

    /// For operators: what this store does not keep, and what that means.
    String unsupported() {
        return "this store does not keep " + condition + ": " + loss;
    }
}
