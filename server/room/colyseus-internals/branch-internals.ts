/**
 * Privates of the schema with which a branch of a View is encoded apart: a table of objects that counts with the room's,
 * and an encoder that turns from one branch to the next. One row and one function each. Only this folder names them. It
 * keeps no state and decides nothing; branches.ts does.
 */
import { $changes, $refId, Encoder, type Schema, schema, t } from "@colyseus/schema";
import type { PrivateRow } from "./private-row.ts";

/** The schema's table of one encoder's objects; it exports none, and offers no way to share the counter. */
export interface Root {
  nextUniqueId: number;
  readonly types: unknown;
  readonly constructor: unknown;
  /** Colyseus' views and streams, which rooms of matches do not use, and its pools. */
  readonly activeViews: unknown;
  readonly streamTrees: unknown;
  readonly _nodePool: unknown;
}

interface ChangeTree {
  readonly ref: object;
  setRoot(root: Root): void;
  forEachChild(visit: (child: ChangeTree) => void): void;
}

const rootOf = (encoder: Encoder): Root => (encoder as unknown as { root: Root }).root;

export const changeTreeOf = (instance: object): ChangeTree =>
  (instance as Schema)[$changes] as unknown as ChangeTree;

/**
 * A table for objects of the types of `encoder`. The first object that hangs in it gets the id `firstId`. Tables are many,
 * and each is looked at in every patch: what they may share with that of `encoder`, they share.
 */
export function newRoot(encoder: Encoder, firstId: number): Root {
  const { constructor: OfRoot, types, activeViews, streamTrees, _nodePool } = rootOf(encoder);
  const root = new (OfRoot as new (types: unknown, firstId: number) => Root)(types, firstId);
  return Object.assign(root, { activeViews, streamTrees, _nodePool });
}

/** From now on the objects of both get their ids from one counter. */
export function countWith(root: Root, encoder: Encoder): void {
  const counter = rootOf(encoder);
  Object.defineProperty(root, "nextUniqueId", {
    get: () => counter.nextUniqueId,
    set: (next: number) => {
      counter.nextUniqueId = next;
    },
  });
}

/** Puts an object, and everything below it, into a table. */
export const hang = (instance: Schema, root: Root): void => changeTreeOf(instance).setRoot(root);

export const refIdOf = (instance: object): number => (instance as { [$refId]?: number })[$refId]!;

/** The ids of an object and of everything below it, in the order in which they were given. */
export function idsOf(instance: object, treeOf = changeTreeOf): number[] {
  const ids: number[] = [];
  const visit = (tree: ChangeTree): void => {
    ids.push(refIdOf(tree.ref));
    tree.forEachChild(visit);
  };
  visit(treeOf(instance));
  return ids;
}

export interface Pen extends Encoder {
  turnTo(branch: { readonly schema: Schema; readonly root: Root }, room: Encoder): this;
}

/** The package declares what this makes, and a class without a name cannot be declared. */
type PenClass = new (...given: ConstructorParameters<typeof Encoder>) => Pen;

function penFrom(From: typeof Encoder): PenClass {
  return class extends From {
    /** The branch has its root already. */
    override setState(state: Schema): void {
      this.state = state;
    }

    /** The next bytes are about this branch, with the types of `room`: a client knows them by their numbers there. */
    turnTo(branch: { readonly schema: Schema; readonly root: Root }, room: Encoder): this {
      this.setState(branch.schema);
      this.root = branch.root as never;
      this.context = room.context;
      return this;
    }
  };
}

/** Encodes whichever branch it is given. One is enough for all: its buffer is large, and a branch is small. */
export const Pen = penFrom(Encoder);

const BranchForACheck = schema({ list: t.array("number") }, "BranchForACheck");

const newBranch = () => new BranchForACheck() as unknown as Schema & { list: number[] };

export const branchRows: readonly PrivateRow[] = [
  {
    name: "Encoder#root.constructor",
    of: "@colyseus/schema",
    why: "each branch has a table of objects of its own",
    holds: ({ Encoder }) => {
      const room = new Encoder(newBranch());
      const root = newRoot(room, 7);
      return root !== rootOf(room) && root.nextUniqueId === 7 && root.types === room.context;
    },
  },
  {
    name: "Encoder#root.activeViews, .streamTrees, ._nodePool",
    of: "@colyseus/schema",
    why: "the tables of branches share what is empty, or only kept to be used again",
    holds: ({ Encoder }) => {
      const { activeViews, streamTrees, _nodePool } = rootOf(new Encoder(newBranch()));
      const isEmpty = [activeViews, streamTrees].every((each) => (each as Set<unknown>).size === 0);
      return isEmpty && Array.isArray(_nodePool);
    },
  },
  {
    name: "ChangeTree#setRoot",
    of: "@colyseus/schema",
    why: "the objects of a branch get their ids in the branch's table",
    holds: ({ Encoder, changeTreeOf: treeOf }) => {
      const branch = newBranch();
      const root = newRoot(new Encoder(newBranch()), 7);
      (treeOf(branch) as ChangeTree).setRoot(root);
      return refIdOf(branch) === 7 && root.nextUniqueId === 9;
    },
  },
  {
    name: "ChangeTree#forEachChild",
    of: "@colyseus/schema",
    why: "a branch that stands in the place of another has the same ids",
    holds: ({ changeTreeOf: treeOf }) => {
      const branch = newBranch();
      hang(branch, newRoot(new Encoder(newBranch()), 7));
      return String(idsOf(branch, treeOf as typeof changeTreeOf)) === "7,8";
    },
  },
  {
    name: "Encoder#setState",
    of: "@colyseus/schema",
    why: "the encoder of the branches gives none of them a root",
    holds: ({ Encoder }) => {
      const branch = newBranch();
      return new (penFrom(Encoder))(branch).state === branch && refIdOf(branch) === undefined;
    },
  },
  {
    name: "Encoder#state, #root, #context",
    of: "@colyseus/schema",
    why: "the encoder of the branches turns from one to the next, and leaves the room's changes alone",
    holds: ({ Encoder }) => {
      const room = new Encoder(newBranch());
      const [one, other] = [newBranch(), newBranch()].map((branch, at) => {
        const root = newRoot(room, 10 * (at + 1));
        hang(branch, root);
        branch.list = [at];
        return { schema: branch, root };
      });
      const pen = new (penFrom(Encoder))(one!.schema, one!.root as never);
      pen.turnTo(one!, room).discardChanges();
      const isOfOther = pen.turnTo(other!, room).hasChanges;
      return isOfOther && !pen.turnTo(one!, room).hasChanges && room.hasChanges;
    },
  },
];
