package dev.aloft.server.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// The byte ranges of one request in a body of known size (RFC 9110, 14.1.2), in the requested order. Empty if none
/// can be satisfied.
record ByteRanges(List<Range> ranges, long size) {

    /// With more ranges, or ranges that together exceed the body, the whole body is sent.
    static final int MAX_RANGES = 10;

    private static final Pattern UNIT = Pattern.compile("(?i:bytes)=(.*)");
    private static final Pattern RANGE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

    /// From the first byte to the last, both included.
    record Range(long first, long last) {
        long length() {
            return last - first + 1;
        }

        /// The value of `Content-Range`.
        String header(long size) {
            return "bytes " + first + "-" + last + "/" + size;
        }
    }

    /// True if a request asks for exactly one range, whatever the size.
    static boolean isOneRange(HttpFields request) {
        Matcher unit = UNIT.matcher(Objects.requireNonNullElse(request.get(HttpHeader.RANGE), ""));
        return unit.matches()
                && RANGE.matcher(unit.group(1).strip()).matches()
                && of(request.get(HttpHeader.RANGE), Long.MAX_VALUE)
                        .filter(ranges -> !ranges.ranges().isEmpty())
                        .isPresent();
    }

    /// True if every requested range begins before this offset.
    static boolean beginsBefore(HttpFields request, long place) {
        Optional<ByteRanges> ranges = of(request.get(HttpHeader.RANGE), Long.MAX_VALUE);
        return ranges.isPresent() && ranges.get().ranges().stream().allMatch(range -> range.first() < place);
    }

    /// The length of the whole body of which a 206 answer is a part; -1 if it does not say.
    static long wholeLength(HttpFields answer) {
        String range = answer.get(HttpHeader.CONTENT_RANGE);
        String whole = range == null ? "" : range.substring(range.indexOf('/') + 1);
        return Digits.only(whole) && whole.length() <= 18 ? Long.parseLong(whole) : -1;
    }

    /// Nothing if the header is missing or ignored, so that the whole body is sent.
    static Optional<ByteRanges> of(@Nullable String header, long size) {
        Matcher unit = UNIT.matcher(header == null ? "" : header.strip());
        if (!unit.matches()) {
            return Optional.empty();
        }
        List<Range> ranges = new ArrayList<>();
        String[] written = unit.group(1).split(",", MAX_RANGES + 1);
        if (written.length > MAX_RANGES) {
            return Optional.empty();
        }
        for (String one : written) {
            Matcher range = RANGE.matcher(one.strip());
            if (!range.matches() || range.end() == 1) {
                return Optional.empty();
            }
            long first =
                    range.group(1).isEmpty() ? size - Long.parseLong(range.group(2)) : Long.parseLong(range.group(1));
            boolean toEnd = range.group(1).isEmpty() || range.group(2).isEmpty();
            long last = toEnd ? Long.MAX_VALUE : Long.parseLong(range.group(2));
            if (last < first) {
                return Optional.empty();
            }
            if (first < size) {
                ranges.add(new Range(Math.max(0, first), Math.min(last, size - 1)));
            }
        }
        boolean tooMuch =
                ranges.size() > 1 && ranges.stream().mapToLong(Range::length).sum() > size;
        return tooMuch ? Optional.empty() : Optional.of(new ByteRanges(List.copyOf(ranges), size));
    }
}
