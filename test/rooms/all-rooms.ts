/** A module for `--rooms`: the durable room with everything, and the rooms that were changed by a line, side by side. */
import { BattleRoom } from "./battle-rooms.ts";
import { DurableCardTable } from "./ported/cards.ts";
import { DurableChat } from "./ported/chat.ts";
import { DurableQuiz } from "./ported/quiz.ts";
import { DurableRelay } from "./ported/relay.ts";
import { DurableRunners } from "./ported/runners.ts";
import { DurableTicTacToe } from "./ported/tic-tac-toe.ts";
import { DurableTreasureHunt } from "./ported/treasure.ts";

export default {
  rooms: {
    ...{ battle: BattleRoom, grid: DurableTicTacToe, runners: DurableRunners, hunt: DurableTreasureHunt },
    ...{ quiz: DurableQuiz, relay: DurableRelay, table: DurableCardTable, chat: DurableChat },
  },
};
