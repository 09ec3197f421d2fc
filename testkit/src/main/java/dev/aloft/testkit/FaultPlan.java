package dev.aloft.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Faults of one request. For the thread that serves it.
final class FaultPlan {

    private Duration delay = Duration.ZERO;
    private final Map<String, Duration> dateShifts = new HashMap<>();
    private @Nullable Pace pace;
    private boolean dropsConditions;
    private @Nullable Fault end;

    /// Takes these faults in, all or none: none when one of them would end a request that already has its end.
    boolean takes(List<Fault> faults) {
        if (end != null && faults.stream().anyMatch(FaultPlan::ends)) {
            return false;
        }
        faults.forEach(this::take);
        return true;
    }

    private void take(Fault fault) {
        switch (fault) {
            case Fault.Delay(Duration time) -> delay = delay.plus(time);
            case Fault.ShiftDate(String field, Duration by) -> dateShifts.merge(field, by, Duration::plus);
            case Fault.Drip(Pace slow) -> pace = slow;
            case Fault.DropConditions _ -> dropsConditions = true;
            case Fault.Answer _,
                    Fault.AnswerEarly _,
                    Fault.ResetRequest _,
                    Fault.LoseAnswer _,
                    Fault.CutAnswer _,
                    Fault.Silence _ -> end = fault;
        }
    }

    private static boolean ends(Fault fault) {
        return switch (fault) {
            case Fault.Delay _, Fault.ShiftDate _, Fault.Drip _, Fault.DropConditions _ -> false;
            case Fault.Answer _,
                    Fault.AnswerEarly _,
                    Fault.ResetRequest _,
                    Fault.LoseAnswer _,
                    Fault.CutAnswer _,
                    Fault.Silence _ -> true;
        };
    }

    Duration delay() {
        return delay;
    }

    /// By how much each moment in the answer's head is changed.
    Map<String, Duration> dateShifts() {
        return dateShifts;
    }

    boolean dropsConditions() {
        return dropsConditions;
    }

    @Nullable
    Pace pace() {
        return pace;
    }

    @Nullable
    Fault end() {
        return end;
    }
}
