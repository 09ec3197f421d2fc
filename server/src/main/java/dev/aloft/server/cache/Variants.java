package dev.aloft.server.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/// The stored answers of one URL, which differ by what `Vary` names. Immutable.
record Variants(List<StoredAnswer> answers) {

    /// With more variants, the oldest is dropped.
    static final int MAX_VARIANTS = 16;

    static final Variants NONE = new Variants(List.of());

    Variants {
        answers = List.copyOf(answers);
    }

    /// The answer for a request; the latest if several match.
    Optional<StoredAnswer> select(HttpFields request) {
        if (answers.size() == 1) {
            StoredAnswer only = answers.getFirst();
            return only.isFor(request) && only.isWhole() ? Optional.of(only) : Optional.empty();
        }
        return answers.stream()
                .filter(answer -> answer.isFor(request) && answer.isWhole())
                .max(Comparator.comparingLong(StoredAnswer::date));
    }

    /// The same with a new answer, which replaces those that match its request.
    Variants with(StoredAnswer answer, HttpFields request) {
        List<StoredAnswer> others = new ArrayList<>(without(request).answers);
        if (others.size() >= MAX_VARIANTS) {
            others.remove(others.stream()
                    .min(Comparator.comparingLong(StoredAnswer::cameAt))
                    .orElseThrow());
        }
        others.add(answer);
        return new Variants(others);
    }

    Variants without(HttpFields request) {
        return new Variants(
                answers.stream().filter(answer -> !answer.isFor(request)).toList());
    }

    int weight() {
        return answers.stream().mapToInt(StoredAnswer::weight).sum();
    }
}
