package dev.aloft.server.cache;

import dev.aloft.server.compression.ContentCoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The content codings that a client accepts (RFC 9110, 12.5.3).
///
/// Without `Accept-Encoding` it accepts none. A member with an invalid weight is ignored.
///
/// @param ranked in the client's order, then in that of [ContentCoding]
/// @param preferred those at the head of `ranked` that the client likes no less than identity
/// @param identity whether it accepts bytes without a coding
record AcceptedCodings(List<ContentCoding> ranked, List<ContentCoding> preferred, boolean identity) {

    private static final AcceptedCodings NONE = new AcceptedCodings(List.of(), List.of(), true);

    private static final String IDENTITY = "identity";
    private static final String ANY = "*";
    private static final Pattern MEMBER =
            Pattern.compile("\\s*([^\\s;]+)\\s*(?:;\\s*q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*)?");

    /// @param fields the values of `Accept-Encoding`
    static AcceptedCodings of(List<String> fields) {
        if (fields.isEmpty()) {
            return NONE;
        }
        Map<String, Double> weights = weights(fields);
        double others = weights.getOrDefault(ANY, 0.0);
        double identity = weights.getOrDefault(IDENTITY, others);
        Function<ContentCoding, Double> weight = coding -> weights.getOrDefault(coding.token(), others);
        List<ContentCoding> ranked = new ArrayList<>();
        for (ContentCoding coding : ContentCoding.values()) {
            if (weight.apply(coding) > 0) {
                ranked.add(coding);
            }
        }
        ranked.sort(Comparator.comparing(weight, Comparator.reverseOrder()));
        List<ContentCoding> preferred = ranked.stream()
                .filter(coding -> weight.apply(coding) >= identity)
                .toList();
        boolean excluded = identity == 0 && (weights.containsKey(IDENTITY) || weights.containsKey(ANY));
        return new AcceptedCodings(List.copyOf(ranked), preferred, !excluded);
    }

    private static Map<String, Double> weights(List<String> fields) {
        Map<String, Double> weights = new HashMap<>();
        for (String member : String.join(",", fields).toLowerCase(Locale.ROOT).split(",", -1)) {
            Matcher parsed = MEMBER.matcher(member);
            if (parsed.matches()) {
                String name = parsed.group(1).equals("x-gzip") ? ContentCoding.GZIP.token() : parsed.group(1);
                weights.putIfAbsent(name, parsed.group(2) == null ? 1.0 : Double.parseDouble(parsed.group(2)));
            }
        }
        return weights;
    }
}
